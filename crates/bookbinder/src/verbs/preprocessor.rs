//! The weaving as mdBook's preprocessor, for an installed mdbook; and what it has in common with `build`.

use std::collections::BTreeSet;
use std::path::Path;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use surveyor::say;

use super::loading::{adds_nothing, source};
use crate::asking::acquainting::acquaint;
use crate::asking::{Chapter, Run};
use crate::divide;
use crate::finding::Finding;
use crate::guarding;
use crate::kept::Material;
use crate::weaving::weave;

/// Weaves a book and holds the gates.
pub struct Bookbinder {
    /// What to weave into it.
    pub material: Material,
}

/// A woven book.
pub struct Bound {
    /// The book, with everything in place that it asks for and that is there.
    pub book: Book,
    /// What the gates found, in the order of files and lines.
    pub findings: Vec<Finding>,
    /// The commands whose output it shows.
    pub runs: BTreeSet<Run>,
}

/// Weaves `book`, whose chapters lie in `source`, a path from the root of the project, and holds the
/// gates.
pub fn bind(material: &Material, source: &Path, book: &Book) -> Bound {
    let chapters = chapters(source, book);
    let (book, mut findings) = woven(material, book, &chapters);
    findings.extend(guarding::check(material, source, &chapters));
    let asked = chapters.iter().flat_map(Chapter::directives);
    let runs = asked.filter_map(|(_, ask)| ask.run().cloned()).collect();
    Bound { book, findings: in_order(findings), runs }
}

/// The chapters of a book, taken apart.
pub(super) fn chapters<'a>(source: &Path, book: &'a Book) -> Vec<Chapter<'a>> {
    let files = book.chapters().filter_map(|chapter| {
        Some((source.join(chapter.source_path.as_ref()?), chapter.content.as_str()))
    });
    let mut chapters: Vec<_> =
        files.map(|(file, text)| Chapter::read(file, text)).collect();
    acquaint(source, &mut chapters);
    chapters
}

/// The book with its `chapters` woven, and what was wrong with what they ask for.
pub(super) fn woven(
    material: &Material,
    book: &Book,
    chapters: &[Chapter],
) -> (Book, Vec<Finding>) {
    let (mut book, mut findings) = (book.clone(), Vec::new());
    let mut woven =
        divide::each(chapters, |chapter| weave(material, chapter)).into_iter();
    book.for_each_chapter_mut(|chapter| {
        if chapter.source_path.is_some() {
            let woven = woven.next().expect("there is one for each");
            chapter.content = woven.text;
            findings.extend(woven.findings);
        }
    });
    (book, findings)
}

/// Findings in the order of files and lines, each once.
pub(super) fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort();
    findings.dedup();
    findings
}

/// Says what the gates found.
///
/// # Errors
///
/// When they found something: how much.
pub(super) fn tell(findings: &[Finding]) -> std::result::Result<(), String> {
    for finding in findings {
        say::aside(&finding.to_string());
    }
    let problems = match findings.len() {
        0 => return Ok(()),
        1 => "one problem".into(),
        n => format!("{n} problems"),
    };
    Err(format!(
        "{problems}, no book; if you changed code yourself, `cargo run -- --draft` builds all the same"
    ))
}

impl Preprocessor for Bookbinder {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        adds_nothing(&context.root, &context.config).map_err(Error::msg)?;
        let bound = bind(&self.material, &source(&context.config), &book);
        tell(&bound.findings).map_err(Error::msg)?;
        Ok(bound.book)
    }
}

/// As `book.toml` has it.
const NAME: &str = "bookbinder";

/// Takes the place of the command of the same name in `book.toml`, which is for an installed mdbook,
/// where everything is woven already.
pub(super) struct Woven;

impl Preprocessor for Woven {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, _: &PreprocessorContext, book: Book) -> Result<Book> {
        Ok(book)
    }
}
