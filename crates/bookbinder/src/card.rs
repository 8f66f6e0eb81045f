//! Claims and their verdicts: one in a chapter, all of them on the scorecard.

use std::fmt::Write;

use crate::claim::Claim;
use crate::html::escape;
use crate::material::{Material, Refusal};
use crate::measurement::Measured;

/// `{{#claim ID}}`
pub(crate) fn claim(material: &Material, id: &str) -> Result<String, Refusal> {
    let Some(claim) = material.claims.iter().find(|claim| claim.id == id) else {
        let ids: Vec<_> = material.claims.iter().map(|claim| claim.id.as_str()).collect();
        let there = format!("book/claims.toml has {}", ids.join(", "));
        return Err((format!("there is no claim `{id}`"), there));
    };
    let mut html = String::new();
    let _ = write!(
        html,
        "\n\n<aside class=\"claim {}\" id=\"claim-{id}\">\n\
         <p>{} <span class=\"from\">{}</span></p>\n<p>{}</p>\n",
        claim.verdict(&material.reference).name(),
        escape(&claim.statement),
        escape(&says(claim)),
        judgement(claim, &material.reference, "On the reference machine"),
    );
    if let Some(yours) = &material.yours {
        let judgement = judgement(claim, yours, "On your machine");
        let _ = writeln!(html, "<p class=\"yours\">{judgement}</p>");
    }
    if let Some(because) = &claim.because {
        let _ = writeln!(html, "<p>{}</p>", escape(because));
    }
    Ok(html + "</aside>\n\n")
}

fn says(claim: &Claim) -> String {
    match claim.articles.as_slice() {
        [] => "a claim of this book".into(),
        [one] => format!("article {one}"),
        [most @ .., last] => format!("articles {} and {last}", most.join(", ")),
    }
}

fn verdict(claim: &Claim, on: &Measured) -> String {
    let verdict = claim.verdict(on);
    format!(r#"<strong class="verdict {}">{verdict}</strong>"#, verdict.name())
}

fn judgement(claim: &Claim, on: &Measured, place: &str) -> String {
    let mut html = format!("{place}: {}", verdict(claim, on));
    if let Some(value) = claim.quantity().value(on) {
        let format = claim.quantity().format(on);
        let _ = write!(
            html,
            " — measured {} ({} to {}), needed {}",
            format(value.estimate),
            format(value.low),
            format(value.high),
            claim.bound(format)
        );
    }
    html
}

/// `{{#scorecard}}`
pub(crate) fn scorecard(material: &Material) -> String {
    let mut table = String::from("\n\n| claim | from | verdict |");
    let yours = material.yours.as_ref();
    table.push_str(if yours.is_some() {
        " yours |\n|---|---|---|---|\n"
    } else {
        "\n|---|---|---|\n"
    });
    let cell = |claim: &Claim, on: &Measured| {
        let (value, format) = (claim.quantity().value(on), claim.quantity().format(on));
        let value = value.map(|value| format(value.estimate)).unwrap_or_default();
        format!("{} {value} |", verdict(claim, on))
    };
    for claim in &material.claims {
        let link = format!("{}#claim-{}", claim.chapter, claim.id);
        let from = if claim.articles.is_empty() {
            "us".into()
        } else {
            claim.articles.join(", ")
        };
        let reference = cell(claim, &material.reference);
        let _ = write!(
            table,
            "| [{}]({link}) | {from} | {reference}",
            escape(&claim.statement)
        );
        if let Some(yours) = yours {
            let _ = write!(table, " {}", cell(claim, yours));
        }
        table.push('\n');
    }
    table + "\n\n"
}
