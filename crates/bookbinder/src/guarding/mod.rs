//! What guards: gates that a book has to pass before it is built.
//!
//! * `includes`: anchors that nobody includes.
//! * `prose`: code that was pasted, measured numbers that were typed, HTML, rows without a table.
//! * `links`: links that lead nowhere.
//! * `ages`: numbers that speak of other code, or of another machine.
//! * `answers`: what tells the answer to a question before it is asked.
//! * `claims`: verdicts that changed, claims that no chapter tries.
//! * `figures`: those that don't say what they show. Only a check asks that, so that an author can look at a
//!   figure before it has a title.
//! * `modules`: what a page runs, compiled of other code than what is here.
//! * `leftovers`: outputs and exercises that no chapter shows.
//!
//! What a chapter asks for and can't get is found by whoever weaves it. All of these read a chapter as mdBook
//! does, with blanks in place of its directives.

mod ages;
mod answers;
mod claims;
mod figures;
mod includes;
mod leftovers;
mod links;
mod modules;
mod prose;

pub use figures::untitled;

use std::path::Path;

use crate::finding::Finding;

use crate::asking::Chapter;
use crate::divide::each;
use crate::kept::Material;

/// What is wrong with the book whose sources are in `source`, a path from the root of the project.
pub fn check(material: &Material, source: &Path, chapters: &[Chapter]) -> Vec<Finding> {
    let of_chapter = |chapter: &Chapter| {
        let mut findings = answers::answers(material, chapter);
        prose::code_and_prose(chapter, &mut findings);
        findings
    };
    let of_chapters = || each(chapters, of_chapter).into_iter().flatten().collect();
    let gates: [&(dyn Fn() -> Vec<Finding> + Sync); _] = [
        &|| material.unreadable.clone(),
        &|| ages::ages(material),
        &|| claims::claims(material, source, chapters),
        &|| includes::includes(material, chapters),
        &|| leftovers::outputs(material, chapters),
        &|| leftovers::exercises(material, source, chapters),
        &|| modules::modules(material, chapters).into_iter().collect(),
        &|| links::links(material, source, chapters),
        &of_chapters,
    ];
    each(&gates, |gate| gate()).into_iter().flatten().collect()
}
