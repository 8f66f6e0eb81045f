//! What draws: makes HTML of what the book has to say, and decides nothing.
//!
//! * [`html`]: the one way in which anything is written into a page. [`interval`]: how an interval is
//!   written.
//! * [`number`], [`table`], [`plots`], [`claims`], [`scorecard`], [`prediction`], [`stepper`], [`exercises`], [`machines`]: an
//!   answer each.
//! * [`chart`]: the pictures.

pub(crate) mod chart;
mod claims;
mod exercises;
pub(crate) mod html;
pub(crate) mod interval;
mod machines;
mod number;
mod plots;
mod prediction;
mod scorecard;
mod stepper;
mod table;

use crate::kept::Answer;
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
        Answer::Table(table) => table::table(table),
        Answer::Plot(curves) => plots::plot(curves),
        Answer::Spread(curves) => plots::spread(curves),
        Answer::Bars(list) => plots::bars(list),
        Answer::Output { command, output } => Html::of(
            "<pre><code class=\"language-console\">$ {}&#10;{}</code></pre>",
            &[command, &Html::lines(output.trim_end())],
        ),
        Answer::Stepper(graph) => stepper::stepper(graph),
        Answer::Lanes(timeline, title) => plots::lanes(timeline, title),
        Answer::Claim(judged) => claims::claim(judged),
        Answer::Scorecard(judged) => scorecard::scorecard(judged),
        Answer::Exercise(exercise) => exercises::exercise(exercise),
        Answer::Exercises(exercises) => exercises::exercises(exercises),
        Answer::Machines(machines) => machines::machines(machines),
        Answer::Prediction(asked) => prediction::prediction(asked),
    })
}
