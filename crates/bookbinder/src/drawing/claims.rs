//! Claims and their verdicts: one in a chapter, all of them on the scorecard.

use super::html::{Html, Path};
use super::interval;
use crate::kept::answer::{Judged, Judgement};
use crate::kept::claim::{Claim, Verdict};

/// A claim in its chapter.
pub(super) fn claim(Judged { claim, reference, yours }: &Judged) -> Html {
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
    if let Some(yours) = yours {
        let judgement = judgement(claim, yours);
        html.add("<p class=\"yours\">On your machine: {}</p>\n", &[&judgement]);
    }
    if let Some(because) = &claim.because {
        html.add("<p>{}</p>\n", &[because]);
    }
    html.add("</aside>", &[]);
    html
}

fn says(claim: &Claim) -> String {
    match claim.articles.as_slice() {
        [] => "a claim of this book".into(),
        [one] => format!("article {one}"),
        [most @ .., last] => format!("articles {} and {last}", most.join(", ")),
    }
}

fn verdict(verdict: Verdict) -> Html {
    let said = verdict.to_string();
    Html::of("<strong class=\"verdict {}\">{}</strong>", &[&verdict.name(), &said])
}

fn judgement(claim: &Claim, judgement: &Judgement) -> Html {
    let mut html = verdict(judgement.verdict);
    let format = judgement.format;
    if let Some(value) = judgement.value {
        html.add(
            " — measured {} ({}), needed {}",
            &[
                &format(value.estimate),
                &interval::range(value.low, value.high, format),
                &claim.bound(format),
            ],
        );
    }
    html
}

/// All claims.
pub(super) fn scorecard(all: &[Judged], has_yours: bool) -> Html {
    let mut html = Html::of(
        "<div class=\"table-wrapper\"><table>\n\
         <thead><tr><th>claim</th><th>from</th><th>verdict</th>",
        &[],
    );
    if has_yours {
        html.add("<th>yours</th>", &[]);
    }
    html.add("</tr></thead>\n<tbody>\n", &[]);
    let cell = |Judgement { verdict: said, value, format }: &Judgement| {
        let value = value.map(|value| format(value.estimate));
        Html::of("<td>{} {}</td>", &[&verdict(*said), &value])
    };
    for Judged { claim, reference, yours } in all {
        let from = if claim.articles.is_empty() {
            "us".into()
        } else {
            claim.articles.join(", ")
        };
        html.add(
            "<tr><td><a href=\"{}#claim-{}\">{}</a></td><td>{}</td>{}{}</tr>\n",
            &[
                &Path(&claim.chapter),
                &claim.id,
                &claim.statement,
                &from,
                &cell(reference),
                &yours.as_ref().map(cell),
            ],
        );
    }
    html.add("</tbody>\n</table></div>", &[]);
    html
}
