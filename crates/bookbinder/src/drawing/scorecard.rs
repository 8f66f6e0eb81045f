//! All claims, by who makes them, and how many of them are true.

use std::collections::BTreeSet;

use super::claims::{measured, verdict};
use super::html::{Html, Path};
use crate::kept::answer::{Beside, Judged, Judgement};
use crate::kept::claim::{About, Verdict};

/// In which order verdicts are counted, with what one says of so many claims.
const KINDS: [(Verdict, &str, &str); 6] = [
    (Verdict::Holds, "holds", "hold"),
    (Verdict::DoesNotHold, "does not hold", "do not hold"),
    (Verdict::TooCloseToCall, "is too close to call", "are too close to call"),
    (Verdict::Confounded, "is confounded", "are confounded"),
    (Verdict::NeedsMoreCores, "needs more cores", "need more cores"),
    (Verdict::NotMeasured, "is not measured", "are not measured"),
];

/// All claims: how many of the articles' hold, then each article's own, then ours, and last
/// what is about our own code and speaks for nobody.
pub(super) fn scorecard(all: &[Judged]) -> Html {
    let articles: BTreeSet<&str> = all
        .iter()
        .flat_map(|judged| &judged.claim.articles)
        .map(String::as_str)
        .collect();
    let theirs = |j: &&Judged| !j.claim.articles.is_empty();
    let ours = |j: &&Judged| !theirs(j) && j.claim.about != Some(About::OurCode);
    let code = |j: &&Judged| !theirs(j) && j.claim.about == Some(About::OurCode);
    let all_of = |which: &dyn Fn(&&Judged) -> bool| {
        all.iter().filter(|judged| which(judged)).collect::<Vec<_>>()
    };
    let by = |article: &str| {
        let says = |j: &&Judged| j.claim.articles.iter().any(|says| says == article);
        all_of(&says)
    };

    let mut html = Html::of("<div class=\"scorecard\">\n", &[]);
    let claims = all_of(&theirs);
    let of_a_model =
        claims.iter().filter(|j| j.claim.about == Some(About::Model)).count();
    html.add(
        "<p class=\"total\">The articles make <strong>{}</strong> claims that this book tries. On the reference \
         machine, {}.</p>\n\
         <p>{} of them could be tried only on a model of the interpreter. A claim that several articles make \
         is counted for each of them below.</p>\n<div class=\"tallies\">\n",
        &[&claims.len(), &in_words(&claims), &of_a_model],
    );
    for article in &articles {
        html.add(
            "<a class=\"article\" href=\"#article-{}\">{}</a> {}",
            &[article, article, &tally(&by(article))],
        );
    }
    html.add("</div>\n{}", &[&filter(&all.iter().collect::<Vec<_>>())]);
    for article in &articles {
        let claims = by(article);
        html.add(
            "<h2 id=\"article-{}\">Article {}</h2>\n<p>{} {}: {}.</p>\n{}",
            &[
                article,
                article,
                &claims.len(),
                &if claims.len() == 1 { "claim" } else { "claims" },
                &in_words(&claims),
                &table(&claims),
            ],
        );
    }
    let claims = all_of(&ours);
    if !claims.is_empty() {
        html.add(
            "<h2 id=\"claims-of-this-book\">What this book adds</h2>\n<p>{} more, which no article makes: \
             {}.</p>\n{}",
            &[&claims.len(), &in_words(&claims), &table(&claims)],
        );
    }
    let claims = all_of(&code);
    if !claims.is_empty() {
        html.add(
            "<details><summary>What our own code can do ({}): that neither supports nor contradicts an \
             article</summary>\n<p>{}.</p>\n{}</details>\n",
            &[&claims.len(), &in_words(&claims), &table(&claims)],
        );
    }
    html.add("</div>", &[]);
    html
}

/// How many of the claims have which verdict: only of those that there are.
fn counts<'a>(
    claims: &'a [&Judged],
) -> impl Iterator<Item = (Verdict, usize, &'static str)> + 'a {
    KINDS.into_iter().filter_map(|(verdict, one, many)| {
        let n =
            claims.iter().filter(|judged| judged.reference.verdict == verdict).count();
        (n > 0).then_some((verdict, n, if n == 1 { one } else { many }))
    })
}

/// `5 hold, 3 do not hold, 1 is too close to call`.
fn in_words(claims: &[&Judged]) -> String {
    let counts = counts(claims).map(|(_, n, words)| format!("{n} {words}"));
    counts.collect::<Vec<_>>().join(", ")
}

/// The same, drawn: a bar, as long as there are claims.
fn tally(claims: &[&Judged]) -> Html {
    let mut html = Html::of("<span class=\"tally\">", &[]);
    for (verdict, n, words) in counts(claims) {
        html.add(
            "<span class=\"verdict {}\" style=\"flex-grow: {}\" title=\"{} {}\">{}\
             <span class=\"in-words\"> {}, </span></span>",
            &[&verdict.name(), &n, &n, &words, &n, &words],
        );
    }
    html.add("</span>\n", &[]);
    html
}

/// Chooses which claims to show. The style sheet does it, so that it works from a file.
fn filter(all: &[&Judged]) -> Html {
    let mut html = Html::of(
        "<fieldset class=\"filter\"><legend>Show what, on the reference machine,</legend>\n\
         <label><input type=\"radio\" name=\"show\" value=\"all\" checked> has any verdict</label>\n",
        &[],
    );
    for (verdict, ..) in counts(all) {
        let (_, words, _) =
            KINDS.into_iter().find(|kind| kind.0 == verdict).expect("it has one");
        html.add(
            "<label><input type=\"radio\" name=\"show\" value=\"{}\"> {}</label>\n",
            &[&verdict.name(), &words],
        );
    }
    html.add("</fieldset>\n", &[]);
    html
}

/// Claims, with a column for each machine.
fn table(claims: &[&Judged]) -> Html {
    let mut html = Html::of(
        "<div class=\"table-wrapper\"><table role=\"table\">\n<thead><tr>\
         <th scope=\"col\">claim</th><th scope=\"col\">judged by</th><th scope=\"col\">needed</th>\
         <th scope=\"col\">reference</th>",
        &[],
    );
    for (who, _) in claims.first().iter().flat_map(|first| &first.others) {
        html.add("<th scope=\"col\">{}</th>", &[&name(*who)]);
    }
    html.add("</tr></thead>\n<tbody>\n", &[]);
    for Judged { claim, reference, others } in claims {
        html.add(
            "<tr role=\"row\" class=\"{}\"><td role=\"cell\"><a href=\"{}#claim-{}\">{}</a></td>\
             <td role=\"cell\" data-of=\"judged by\">{}</td><td role=\"cell\" data-of=\"needed\">{}</td>{}",
            &[
                &reference.verdict.name(),
                &Path(&claim.chapter),
                &claim.id,
                &claim.statement,
                &claim.about.map(|about| about.to_string()),
                &claim.bound(reference.format),
                &cell("reference", reference),
            ],
        );
        for (who, judgement) in others {
            html.add("{}", &[&cell(name(*who), judgement)]);
        }
        html.add("</tr>\n", &[]);
    }
    html.add("</tbody>\n</table></div>\n", &[]);
    html
}

fn name(who: Beside<'_>) -> &str {
    match who {
        Beside::Yours => "yours",
        Beside::Named(name) => name,
    }
}

fn cell(who: &str, judgement: &Judgement) -> Html {
    let verdict = verdict(judgement.verdict);
    if judgement.value.is_none() {
        return Html::of("<td role=\"cell\" data-of=\"{}\">{}</td>", &[&who, &verdict]);
    }
    let value = measured(judgement.value, judgement.format);
    Html::of(
        "<td role=\"cell\" data-of=\"{}\">{} <span class=\"value\">{}</span></td>",
        &[&who, &verdict, &value],
    )
}
