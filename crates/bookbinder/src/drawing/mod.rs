//! What draws: makes HTML of what the book has to say, and decides nothing.
//!
//! * [`html`]: the one way in which anything is written into a page. [`interval`]: how an interval is
//!   written.
//! * [`number`], [`table`], [`plots`], [`claims`], [`scorecard`], [`prediction`], [`stepper`], [`play`], [`exercises`], [`lessons`],
//!   [`machines`]: an answer each.
//! * [`chart`]: the pictures.

pub(crate) mod chart;
mod claims;
mod exercises;
pub(crate) mod html;
pub(crate) mod interval;
mod lessons;
mod machines;
mod number;
mod play;
mod plots;
mod prediction;
mod scorecard;
mod stepper;
mod table;

use crate::asking::Sketch;
use crate::kept::Answer;
use crate::kept::answer::Then;
use crate::kept::grid::OnEach;
use html::Html;

/// What a page shows, and where it stands.
pub(crate) enum Drawn {
    /// In a sentence.
    Inline(Html),
    /// By itself.
    Block(Html),
    /// As it is, between the fences of a block of code.
    Code(String),
}

/// An answer as a page shows it.
pub(crate) fn draw(answer: &Answer) -> Drawn {
    Drawn::Block(match answer {
        Answer::Code(code) => return Drawn::Code(code.clone()),
        Answer::Given(text) => return Drawn::Inline(Html::of("{}", &[text])),
        Answer::Number(number) => return Drawn::Inline(number::number(number)),
        Answer::Table(table) => on_each(table, table::table),
        Answer::Plot(curves) => on_each(curves, plots::plot),
        Answer::Spread(curves) => on_each(curves, plots::spread),
        Answer::Bars(list) => on_each(list, plots::bars),
        Answer::Dots(dots) => {
            // Together, so that several of them stand side by side.
            let dots = on_each(dots, plots::dots);
            Html::of("<div class=\"dots\">\n{}\n</div>", &[&dots])
        }
        Answer::Output { command, output } => Html::of(
            "<pre><code class=\"language-console\">$ {}&#10;{}</code></pre>",
            &[command, &Html::lines(output.trim_end())],
        ),
        Answer::Stepper(graph) => stepper::stepper(graph),
        Answer::Play(player) => play::play(player),
        Answer::Lanes(timeline, title) => plots::lanes(timeline, title),
        Answer::Begin(span) => lessons::begin(span),
        Answer::End(name) => lessons::end(name),
        Answer::Lesson(lesson) => lessons::lesson(lesson),
        Answer::Minutes(minutes) => return Drawn::Inline(Html::of("{}", &[minutes])),
        Answer::Title(title) => plots::title(title),
        Answer::Claim(judged) => claims::claim(judged),
        Answer::Scorecard(judged) => scorecard::scorecard(judged),
        Answer::Exercise(exercise) => exercises::exercise(exercise),
        Answer::Exercises(exercises) => exercises::exercises(exercises),
        Answer::Machines(machines) => machines::machines(machines),
        Answer::Prediction(asked) => prediction::prediction(asked),
        Answer::Predictions(parts) => prediction::all(parts),
        Answer::Sketch(Sketch::Steps(steps)) => plots::figure(&chart::steps::svg(steps)),
        Answer::Sketch(Sketch::Boxes(boxes)) => plots::figure(&chart::boxes::svg(boxes)),
    })
}

/// A figure below its title.
pub(crate) fn entitle(title: &Answer, figure: Drawn) -> Drawn {
    match (draw(title), figure) {
        (Drawn::Block(title), Drawn::Block(figure)) => Drawn::Block(Html::of(
            "<div class=\"titled\">\n{}\n{}\n</div>",
            &[&title, &figure],
        )),
        (_, figure) => figure,
    }
}

/// Texts, and what is drawn between them.
fn said(pieces: &[Then]) -> Html {
    let mut html = Html::default();
    for piece in pieces {
        match piece {
            Then::Text(text) => html.add("{}", &[text]),
            Then::Answer(answer) => match draw(answer) {
                Drawn::Inline(drawn) | Drawn::Block(drawn) => html.add("{}", &[&drawn]),
                Drawn::Code(code) => html.add("<code>{}</code>", &[&code]),
            },
        }
    }
    html
}

/// What is shown only when the questions at these places of the page have been answered.
pub(crate) fn cover(drawn: Drawn, questions: impl Iterator<Item = usize>) -> Drawn {
    let mut by = Html::default();
    questions.for_each(|question| by.add(" by-{}", &[&question]));
    if by == Html::default() {
        return drawn;
    }
    match drawn {
        Drawn::Inline(html) => {
            Drawn::Inline(Html::of("<span class=\"covered{}\">{}</span>", &[&by, &html]))
        }
        Drawn::Block(html) => {
            Drawn::Block(Html::of("<div class=\"covered{}\">\n{}\n</div>", &[&by, &html]))
        }
        Drawn::Code(code) => Drawn::Code(code),
    }
}

/// What the reference machine measured, and folded below it the same of others.
fn on_each<T>(OnEach { reference, beside }: &OnEach<T>, draw: fn(&T) -> Html) -> Html {
    let mut html = draw(reference);
    if beside.is_empty() {
        return html;
    }
    html.add(
        "\n<details class=\"beside\"><summary>The same on other machines</summary>\n",
        &[],
    );
    for (name, other) in beside {
        html.add("<p>On {}:</p>\n{}\n", &[name, &draw(other)]);
    }
    html.add("</details>", &[]);
    html
}
