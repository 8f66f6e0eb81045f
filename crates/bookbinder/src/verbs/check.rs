//! Holds every gate.

use std::path::Path;

use surveyor::say;

use super::command;
use super::loading::{load, source};
use super::preprocessor::{bind, chapters};
use crate::finding::Finding;
use crate::guarding::untitled;
use crate::kept::Material;
use crate::kept::output::{Recorded, drift};

/// What was checked.
#[derive(Debug)]
pub struct Checked {
    /// What the gates found.
    pub findings: Vec<Finding>,
    /// How many chapters.
    pub chapters: usize,
    /// How many measurements of the reference machine.
    pub measurements: usize,
    /// How many claims.
    pub claims: usize,
    /// How many commands were run again.
    pub runs: usize,
}

/// Holds every gate, and runs every command whose output the book shows.
///
/// # Errors
///
/// One line, when there is no book to check.
pub fn check(root: &Path) -> Result<Checked, String> {
    let book = load(root)?;
    let material = Material::read(root)?;
    let chapters = book.book.chapters().count();
    let source = source(&book.config);
    let bound = bind(&material, &source, &book.book);
    let mut findings = bound.findings;
    findings.extend(self::chapters(&source, &book.book).iter().flat_map(untitled));
    for run in &bound.runs {
        let remedy = format!(
            "if that is right, record it with `cargo book record {}`",
            run.example
        );
        let Ok(recorded) = Recorded::read(root, run) else { continue };
        say::aside(&format!("running {}", run.command()));
        let problem = match command::output(run, root) {
            Err(problem) => Some(problem),
            Ok(now) => drift(run.class, &recorded.output, &now).map(|(was, is)| {
                format!(
                    "`{}` prints something else: it was {was}, and now is {is}",
                    run.command()
                )
            }),
        };
        findings
            .extend(problem.map(|problem| Finding::new(run.file(), 0, problem, remedy)));
    }
    let measurements = material.reference.groups().map(|group| group.measurements.len());
    Ok(Checked {
        findings,
        chapters,
        measurements: measurements.sum(),
        claims: material.claims.len(),
        runs: bound.runs.len(),
    })
}
