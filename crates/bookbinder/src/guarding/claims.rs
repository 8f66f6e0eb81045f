//! Claims whose verdict on the reference machine is not the one that is written down, and claims that no
//! chapter tries.

use std::collections::HashSet;
use std::path::Path;

use surveyor::kept::measurement::Unit;

use super::prose::{typed, typed_numbers};
use crate::asking::{Chapter, Directive};
use crate::finding::Finding;
use crate::kept::Material;
use crate::kept::claim::{About, Claim, FILE, Tried, Verdict};
use crate::kept::value::Values;

/// Finds what is wrong with the claims.
pub(super) fn claims(
    material: &Material,
    source: &Path,
    chapters: &[Chapter],
) -> Vec<Finding> {
    let cited = chapters.iter().flat_map(|chapter| {
        chapter.directives().filter_map(|(_, directive)| match directive {
            Directive::Claim(id) => Some((chapter.file.as_path(), id.as_str())),
            _ => None,
        })
    });
    let cited: HashSet<_> = cited.collect();
    let mut findings = Vec::new();
    for claim in &material.claims {
        let Claim { id, line, chapter, .. } = claim;
        let mut find = |problem: String, remedy: String| {
            findings.push(Finding::new(FILE, *line, problem, remedy));
        };
        let verdict = uncontrolled(claim, material)
            .or_else(|| changed(claim, &claim.tried(&material.reference)));
        if let Some((problem, remedy)) = verdict {
            find(problem, remedy);
        }
        if !cited.contains(&(source.join(chapter).as_path(), id.as_str())) {
            find(
                format!("claim `{id}` is not tried in its chapter, {chapter}"),
                format!("put {{{{#claim {id}}}}} there, or name the chapter that has it"),
            );
        }
        let measures = std::iter::once(&claim.measure)
            .chain(claim.control.iter().map(|control| &control.measure));
        for measure in measures {
            if let Some((problem, remedy)) =
                material.reference.compares_processors(measure)
            {
                find(problem, remedy);
            }
        }
        if let Some((problem, remedy)) = unproven(claim) {
            find(problem, remedy);
        }
        if let Some((problem, remedy)) = uncountable(claim, material) {
            find(problem, remedy);
        }
        let says = claim.control.iter().map(|control| &control.says);
        let words = std::iter::once(&claim.statement)
            .chain(&claim.because)
            .chain(&claim.rival)
            .chain(&claim.counted)
            .chain(says);
        for words in words {
            let numbers = typed_numbers(words);
            findings
                .extend(numbers.map(|(_, number)| typed(FILE.as_ref(), *line, number)));
        }
    }
    findings
}

/// What an article's claim lacks, so that its number doesn't prove its sentence.
fn unproven(claim: &Claim) -> Option<(String, String)> {
    let Claim { id, rival, control, .. } = claim;
    let lacks = |what: &str, remedy: &str| {
        Some((format!("claim `{id}` {what}"), format!("{remedy}; see CONTRIBUTING.md")))
    };
    if control.is_some() && rival.is_none() {
        return lacks(
            "has a control and no rival",
            "say in `rival` which other explanation the control refutes",
        );
    }
    let words = [&claim.because_bound, rival, &claim.counted];
    let words =
        words.into_iter().flatten().chain(control.iter().map(|control| &control.says));
    if words.into_iter().any(|words| words.trim().is_empty()) {
        return lacks("has a reason without words", "say it, or leave the key out");
    }
    if let Some(control) = control
        && control.measure.is_about_the_same_as(&claim.measure)
    {
        return lacks(
            "has itself for a control",
            "measure something that comes out differently if the rival is right",
        );
    }
    let asks = std::iter::once((&claim.measure, claim.at_least))
        .chain(control.iter().map(|control| (&control.measure, control.at_least)));
    for (measure, at_least) in asks {
        if measure.over.as_ref() == Some(&measure.id) {
            return lacks("compares something with itself", "name two measurements");
        }
        if at_least.is_some_and(|least| least <= 0.0) {
            return lacks(
                "has a bound that nothing can miss",
                "nothing is measured below zero: set it where the sentence is in question",
            );
        }
    }
    if control.is_some() && claim.counted.is_some() {
        return lacks("is counted and has a control", "one of the two is enough");
    }
    let is_python = |id: &str| id.to_lowercase().contains("python");
    if claim.about == Some(About::Python) && !claim.measure.ids().any(is_python) {
        return lacks(
            "is about Python, and rests on something else",
            "measure a Python, or say in `about` what was measured",
        );
    }
    if claim.articles.is_empty() {
        return None;
    }
    match claim.about {
        None => {
            return lacks(
                "doesn't say what is judged",
                "write `about`: \"Python\", \"the system\" or \"the model\"",
            );
        }
        Some(About::OurCode) => {
            return lacks(
                "judges an article by our code",
                "measure what the article speaks of, or leave the article out",
            );
        }
        Some(_) => {}
    }
    if claim.because_bound.is_none() {
        return lacks(
            "doesn't say where its bound comes from",
            "write `because_bound`: the article's words, a factor of two, a limit",
        );
    }
    if control.is_none() && claim.counted.is_none() {
        return lacks(
            "has neither a control nor a count",
            "write `rival` and `control`, or `counted` where nothing else can explain the number",
        );
    }
    None
}

/// What to do about a claim that is said to be a count, and is a time or a size.
fn uncountable(claim: &Claim, material: &Material) -> Option<(String, String)> {
    if claim.counted.is_none() || claim.control.is_some() {
        return None;
    }
    let measure = claim.tried(&material.reference).measure;
    let measured = measure.ids().filter_map(|id| material.reference.get(id));
    let other = measured.map(|m| m.unit).find(|&unit| unit != Unit::Count)?;
    Some((
        format!(
            "claim `{}` is said to be a count, and is a {}",
            claim.id,
            other.quantity()
        ),
        "write `rival` and `control`: only what a test counts needs none".into(),
    ))
}

/// What to do about a control that was never measured on the reference machine.
fn uncontrolled(claim: &Claim, material: &Material) -> Option<(String, String)> {
    let control = &claim.tried(&material.reference).control?;
    (control.verdict(&material.reference) == Verdict::NotMeasured).then(|| {
        (
            format!(
                "the control of claim `{}` rests on `{}`, which was never measured",
                claim.id, control.measure
            ),
            "cite what was, or measure it with `cargo book measure`".into(),
        )
    })
}

/// What to do about a claim on which a machine says something else than is written down.
fn changed(claim: &Claim, tried: &Tried) -> Option<(String, String)> {
    let Claim { id, .. } = claim;
    let Tried { verdict, measure, on, .. } = tried;
    let verdict = *verdict;
    if verdict == Verdict::NotMeasured {
        return Some((
            format!("claim `{id}` rests on `{measure}`, which was never measured"),
            "cite what was, or measure it with `cargo book measure`".into(),
        ));
    }
    if verdict == claim.verdict {
        return None;
    }
    let now = match verdict {
        Verdict::TooCloseToCall => "is too close to call".into(),
        Verdict::Confounded => "is confounded: its control doesn't hold".into(),
        other => other.to_string(),
    };
    Some((
        format!(
            "claim `{id}` is written down as `{}`, and now it {now}{}",
            claim.verdict.name(),
            on.as_ref().map(|(python, _)| format!(" on {python}")).unwrap_or_default()
        ),
        format!(
            "look at what changed; if the measurement is sound, write `verdict = \"{}\"` and why",
            verdict.name()
        ),
    ))
}
