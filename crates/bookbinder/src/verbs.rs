//! The verbs that look at the whole book: `build`, `check`, `record`, `preprocess`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;
use mdbook_preprocessor::Preprocessor;

use crate::finding::Finding;
use crate::material::Material;
use crate::output::{Recorded, Run, drift};
use crate::preprocessor::{Bookbinder, bind};

fn load(root: &Path) -> Result<MDBook, String> {
    MDBook::load(root.join("book"))
        .map_err(|error| format!("couldn't load the book: {error:#}"))
}

/// Builds the book; returns its first page.
///
/// # Errors
///
/// One line. What the gates found was printed to stderr before.
pub fn build(root: &Path, draft: bool) -> Result<PathBuf, String> {
    let mut book = load(root)?;
    // Takes the place of the command of the same name in book.toml, which is for an
    // installed mdbook.
    book.with_preprocessor(Bookbinder { material: Material::read(root)?, draft });
    book.build().map_err(|error| format!("{error:#}"))?;
    let page = book.build_dir_for("html").join("index.html");
    page.canonicalize()
        .map_err(|error| format!("the book was built without a first page: {error}"))
}

/// Serves an installed mdbook as its preprocessor: the book comes as JSON on `input` and
/// goes woven to `output`.
///
/// # Errors
///
/// One line. What the gates found was printed to stderr before.
pub fn preprocess(
    root: &Path,
    input: impl io::Read,
    output: impl io::Write,
) -> Result<(), String> {
    let (context, book) = mdbook_preprocessor::parse_input(input).map_err(|error| {
        format!("this verb is for mdbook, which sends it a book as JSON: {error}")
    })?;
    let bookbinder = Bookbinder { material: Material::read(root)?, draft: false };
    let woven = bookbinder.run(&context, book).map_err(|error| format!("{error:#}"))?;
    serde_json::to_writer(output, &woven)
        .map_err(|error| format!("couldn't answer mdbook: {error}"))
}

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
    let bound = bind(&material, Path::new("book/src"), book.book.clone());
    let mut findings = bound.findings;
    for run in &bound.runs {
        let remedy = format!(
            "if that is right, record it with `cargo book record {}`",
            run.example
        );
        let Ok(recorded) = Recorded::read(root, run) else { continue };
        eprintln!("running {}", run.command());
        let problem = match run.run(root) {
            Err(problem) => Some(problem),
            Ok(now) => drift(run.class, &recorded.output, &now).map(|(was, is)| {
                format!(
                    "`{}` prints something else: it was `{was}`, and now is `{is}`",
                    run.command()
                )
            }),
        };
        findings
            .extend(problem.map(|problem| Finding::new(run.file(), 0, problem, remedy)));
    }
    Ok(Checked {
        findings,
        chapters: book.book.chapters().count(),
        measurements: material
            .reference
            .groups
            .values()
            .map(|group| group.measurements.len())
            .sum(),
        claims: material.claims.len(),
        runs: bound.runs.len(),
    })
}

/// What became of a recorded output.
#[derive(Debug, PartialEq)]
pub enum Record {
    /// It has the shape it had; the old text stays, and only its fingerprint is new.
    Same,
    /// It was recorded.
    New,
}

/// The commands whose output the book shows.
///
/// # Errors
///
/// One line, when there is no book.
pub fn runs(root: &Path) -> Result<BTreeSet<Run>, String> {
    let book = load(root)?;
    let texts = book.book.chapters().map(|chapter| chapter.content.as_str());
    let found = texts.flat_map(crate::directive::find);
    Ok(found.filter_map(|found| Run::of(&found)?.ok()).collect())
}

/// Runs a command and records what it printed; keeps what was recorded when it has the
/// same shape and `fresh` is not asked for.
///
/// # Errors
///
/// One line, when the command fails; what was recorded stays.
pub fn record(root: &Path, run: &Run, fresh: bool) -> Result<Record, String> {
    let code = crate::fingerprint::Code::of(root).fingerprint(&root.join(run.code()))?;
    let output = run.run(root)?;
    let kept = Recorded::read(root, run).ok();
    let kept =
        kept.filter(|kept| !fresh && drift(run.class, &kept.output, &output).is_none());
    let same = kept.is_some();
    let recorded = Recorded { code, output: kept.map_or(output, |kept| kept.output) };
    recorded.write(root, run)?;
    Ok(if same { Record::Same } else { Record::New })
}
