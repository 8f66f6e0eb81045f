//! Claims whose verdict on the reference machine is not the one that is written down, and claims that no
//! chapter tries.

use std::collections::HashSet;
use std::path::Path;

use super::prose::{typed, typed_numbers};
use crate::asking::{Chapter, Directive};
use crate::code::Finding;
use crate::kept::Material;
use crate::kept::claim::{Claim, FILE, Verdict};

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
        if let Some((problem, remedy)) =
            changed(claim, claim.verdict(&material.reference))
        {
            find(problem, remedy);
        }
        if !cited.contains(&(source.join(chapter).as_path(), id.as_str())) {
            find(
                format!("claim `{id}` is not tried in its chapter, {chapter}"),
                format!("put {{{{#claim {id}}}}} there, or name the chapter that has it"),
            );
        }
        for words in std::iter::once(&claim.statement).chain(&claim.because) {
            let numbers = typed_numbers(words);
            findings
                .extend(numbers.map(|(_, number)| typed(FILE.as_ref(), *line, number)));
        }
    }
    findings
}

/// What to do about a claim on which a machine says something else than is written down.
fn changed(claim: &Claim, verdict: Verdict) -> Option<(String, String)> {
    let Claim { id, measure, .. } = claim;
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
        other => other.to_string(),
    };
    Some((
        format!(
            "claim `{id}` is written down as `{}`, and now it {now}",
            claim.verdict.name()
        ),
        format!(
            "look at what changed; if the measurement is sound, write `verdict = \"{}\"` and why",
            verdict.name()
        ),
    ))
}
