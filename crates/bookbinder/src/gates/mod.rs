//! Gates that look at what the author of a chapter typed.
//!
//! * `includes`: files and anchors that are missing, anchors that nobody includes.
//! * `prose`: code that was pasted, measured numbers that were typed.
//! * `links`: links that lead nowhere.

mod includes;
mod links;
mod prose;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{Options, Parser};

use crate::finding::Finding;

pub(crate) use prose::{typed, typed_numbers};

/// A chapter as its author wrote it.
pub struct Chapter<'a> {
    /// Its file, from the root of the project.
    pub file: PathBuf,
    /// Its text.
    pub text: &'a str,
}

/// Reads the chapters of a book whose sources are in `source`, a folder below `root`, and
/// finds what is wrong with them.
pub fn check(root: &Path, source: &Path, chapters: &[Chapter]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut included = BTreeSet::new();
    let headings: BTreeMap<PathBuf, BTreeSet<String>> = chapters
        .iter()
        .map(|chapter| (chapter.file.clone(), links::headings(chapter.text)))
        .collect();
    for chapter in chapters {
        includes::includes(root, chapter, &mut included, &mut findings);
        prose::code_and_prose(chapter, &mut findings);
        links::links(root, source, chapter, &headings, &mut findings);
    }
    includes::unused_anchors(root, &included, &mut findings);
    findings
}

fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    Parser::new_ext(text, options)
}

/// `a/b/../c` without the detour.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if normal.file_name().is_some() => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}
