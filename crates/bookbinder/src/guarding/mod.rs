//! What guards: gates that a book has to pass before it is built.
//!
//! * `includes`: files and anchors that are missing, anchors that nobody includes.
//! * `prose`: code that was pasted, measured numbers that were typed.
//! * `links`: links that lead nowhere.
//! * `ages`: numbers that speak of other code, or of another machine.
//! * `claims`: verdicts that changed, claims that no chapter tries.
//! * `leftovers`: outputs and exercises that no chapter shows.
//!
//! What a chapter asks for and can't get is found by whoever weaves it.

mod ages;
mod claims;
mod includes;
mod leftovers;
mod links;
mod prose;

use std::path::{Component, Path, PathBuf};

use crate::asking::Chapter;
use crate::code::Finding;
use crate::kept::Material;

/// What is wrong with the book whose sources are in `source`, a path from the root of the project.
pub fn check(material: &Material, source: &Path, chapters: &[Chapter]) -> Vec<Finding> {
    let mut findings = material.unreadable.clone();
    findings.extend(ages::ages(material));
    findings.extend(claims::claims(material, source, chapters));
    findings.extend(includes::includes(material, chapters));
    findings.extend(leftovers::outputs(material, chapters));
    findings.extend(leftovers::exercises(material, source, chapters));
    findings.extend(links::links(material, source, chapters));
    for chapter in chapters {
        prose::code_and_prose(chapter, &mut findings);
    }
    findings
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
