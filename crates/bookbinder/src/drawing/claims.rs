//! A claim in its chapter: what is claimed, what came out, and what else could explain it.

use super::html::Html;
use super::interval;
use crate::kept::answer::{Beside, Controlled, Judged, Judgement};
use crate::kept::claim::{Claim, Control, Verdict};
use crate::kept::value::Estimate;

/// A claim in its chapter.
pub(super) fn claim(Judged { claim, reference, others }: &Judged) -> Html {
    let mut html = Html::of(
        "<aside class=\"claim {}\" id=\"claim-{}\">\n\
         <p>{} <span class=\"from\">{}</span></p>\n<p>On the reference machine: {}</p>\n",
        &[
            &reference.verdict.name(),
            &claim.id,
            &claim.statement,
            &says(claim),
            &judgement(claim, reference),
        ],
    );
    for (who, said) in others {
        let judgement = judgement(claim, said);
        match who {
            Beside::Yours => {
                html.add("<p class=\"yours\">On your machine: {}</p>\n", &[&judgement]);
            }
            Beside::Named(name) => html.add("<p>On {}: {}</p>\n", &[name, &judgement]),
        }
    }
    if let Some(because) = &claim.because {
        html.add("<p>{}</p>\n", &[because]);
    }
    html.add("{}</aside>", &[&doubts(claim, reference.control)]);
    html
}

/// What else could explain the number, and why it doesn't; folded.
fn doubts(claim: &Claim, controlled: Option<Controlled>) -> Html {
    let mut lines = Html::default();
    let mut line = |heading: &'static str, text: &Html| {
        lines.add("<dt>{}</dt><dd>{}</dd>\n", &[&heading, text]);
    };
    let data = |text: &String| Html::of("{}", &[text]);
    if let Some(rival) = &claim.rival {
        line("What else could explain it", &data(rival));
    }
    if let (Some(control), Some(controlled)) = (&claim.control, controlled) {
        line("What speaks against that", &refuted(control, &controlled));
    }
    if let Some(counted) = &claim.counted {
        line("Why nothing else explains it", &data(counted));
    }
    if let Some(because) = &claim.because_bound {
        line("Why this bound", &data(because));
    }
    if let Some(about) = claim.about {
        line("What is judged", &data(&about.to_string()));
    }
    if lines == Html::default() {
        return lines;
    }
    Html::of(
        "<details><summary>What else could explain it?</summary>\n<dl>\n{}</dl>\n</details>\n",
        &[&lines],
    )
}

/// A control, and whether it refutes the rival.
fn refuted(control: &Control, said: &Controlled) -> Html {
    let mut html = Html::default();
    if let Some(says) = &control.says {
        html.add("{} ", &[says]);
    }
    let is = match said.verdict {
        Verdict::Holds => "So it is",
        Verdict::DoesNotHold => "It is not so",
        other => return Html::of("{}The control is {}.", &[&html, &other.to_string()]),
    };
    html.add("{}: {}.", &[&is, &measured(said.value, said.format)]);
    html.add(" Needed: {}.", &[&control.bound(said.format)]);
    html
}

/// What was measured, with the interval in sight.
pub(super) fn measured(value: Option<Estimate>, format: fn(f64) -> String) -> Html {
    let Some(value) = value else { return Html::of("not measured", &[]) };
    let range = interval::range(value.low, value.high, format);
    if value.low == value.high {
        return Html::of("{}", &[&format(value.estimate)]);
    }
    Html::of("{} ({})", &[&format(value.estimate), &range])
}

fn says(claim: &Claim) -> String {
    match claim.articles.as_slice() {
        [] => "a claim of this book".into(),
        [one] => format!("article {one}"),
        [most @ .., last] => format!("articles {} and {last}", most.join(", ")),
    }
}

pub(super) fn verdict(verdict: Verdict) -> Html {
    let said = verdict.to_string();
    Html::of("<strong class=\"verdict {}\">{}</strong>", &[&verdict.name(), &said])
}

fn judgement(claim: &Claim, judgement: &Judgement) -> Html {
    let mut html = verdict(judgement.verdict);
    let format = judgement.format;
    if judgement.value.is_some() {
        html.add(
            " — measured {}, needed {}",
            &[&measured(judgement.value, format), &claim.bound(format)],
        );
    }
    html
}
