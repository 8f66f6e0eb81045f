//! The weaving as mdBook's preprocessor: registered in process by `build`, called over a
//! pipe by an installed mdbook.

use std::collections::BTreeSet;
use std::path::Path;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::asking::{Chapter, Run};
use crate::code::Finding;
use crate::guarding;
use crate::kept::Material;
use crate::say;
use crate::weaving::weave;

/// Weaves a book and holds the gates.
pub struct Bookbinder {
    /// What to weave into it.
    pub material: Material,
    /// Say what the gates find, and go on.
    pub draft: bool,
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

/// Weaves `book`, whose chapters lie in `source`, a path from the root of the project.
pub fn bind(material: &Material, source: &Path, mut book: Book) -> Bound {
    let files = book.chapters().filter_map(|chapter| {
        Some((source.join(chapter.source_path.as_ref()?), chapter.content.as_str()))
    });
    let chapters: Vec<_> = files.map(|(file, text)| Chapter::read(file, text)).collect();
    let mut findings = guarding::check(material, source, &chapters);
    let mut texts = Vec::new();
    for chapter in &chapters {
        let woven = weave(material, chapter);
        findings.extend(woven.findings);
        texts.push(woven.text);
    }
    findings.sort();
    findings.dedup();
    let asked = chapters.iter().flat_map(Chapter::directives);
    let runs = asked.filter_map(|(_, ask)| ask.run().cloned()).collect();
    drop(chapters);
    let mut texts = texts.into_iter();
    book.for_each_chapter_mut(|chapter| {
        if chapter.source_path.is_some() {
            chapter.content = texts.next().expect("there is one for each");
        }
    });
    Bound { book, findings, runs }
}

impl Preprocessor for Bookbinder {
    fn name(&self) -> &str {
        "bookbinder"
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        let source = context.root.join(&context.config.book.src);
        let source = source.canonicalize()?;
        let root = self.material.root.canonicalize()?;
        let bound = bind(&self.material, source.strip_prefix(&root)?, book);
        for finding in &bound.findings {
            say::aside(&finding.to_string());
        }
        let problems = match bound.findings.len() {
            1 => "one problem".into(),
            n => format!("{n} problems"),
        };
        if bound.findings.is_empty() || self.draft {
            return Ok(bound.book);
        }
        Err(Error::msg(format!(
            "{problems}, no book; if you changed code yourself, `cargo run -- --draft` builds all the same"
        )))
    }
}
