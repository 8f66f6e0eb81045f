//! The weaving as mdBook's preprocessor: registered in process by `build`, called over a
//! pipe by an installed mdbook.

use std::collections::BTreeSet;
use std::path::Path;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::finding::Finding;
use crate::gates::{self, Chapter};
use crate::material::Material;
use crate::output::{Run, forgotten};
use crate::weave::weave;

/// Weaves a book and holds the gates.
pub struct Bookbinder {
    /// What to weave into it.
    pub material: Material,
    /// Say what the gates find, and go on.
    pub draft: bool,
}

/// A woven book.
pub struct Bound {
    /// The book, with the directives replaced that could be.
    pub book: Book,
    /// What the gates found, in the order of files and lines.
    pub findings: Vec<Finding>,
    /// The commands whose output it shows.
    pub runs: BTreeSet<Run>,
}

/// Weaves `book`, whose chapters lie in `source`, a path from the root of the project.
pub fn bind(material: &Material, source: &Path, mut book: Book) -> Bound {
    let mut findings = material.findings.clone();
    let chapters: Vec<_> = book
        .chapters()
        .filter_map(|chapter| {
            Some(Chapter {
                file: source.join(chapter.source_path.as_ref()?),
                text: &chapter.content,
            })
        })
        .collect();
    findings.extend(gates::check(&material.root, source, &chapters));
    drop(chapters);
    let mut runs = BTreeSet::new();
    book.for_each_chapter_mut(|chapter| {
        if let Some(path) = &chapter.source_path {
            let woven = weave(material, &source.join(path), &chapter.content);
            chapter.content = woven.text;
            findings.extend(woven.findings);
            runs.extend(woven.runs);
        }
    });
    findings.extend(forgotten(&material.root, &runs));
    findings.sort();
    findings.dedup();
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
            eprintln!("{finding}");
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
