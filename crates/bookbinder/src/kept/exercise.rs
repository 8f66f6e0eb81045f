//! The exercises of the course, as `info.toml` lists them.

use std::path::Path;

use serde::Deserialize;
use surveyor::code::files;

use crate::finding::Finding;
use crate::lines::Lines;

/// What rustlings reads, with some keys of ours; from the root of the project.
pub(crate) const INFO: &str = "crates/exercises/info.toml";

/// An exercise of the course.
#[derive(Clone, Debug, Deserialize)]
pub struct Exercise {
    /// Its name, and that of its file.
    pub name: String,
    /// The part of the course that it is in, and its folder.
    pub dir: String,
    /// The chapter that it belongs to, from `book/src` on.
    pub chapter: String,
    /// How long it may take.
    pub minutes: u32,
    /// What it is called; the first heading in its file.
    #[serde(skip)]
    pub title: String,
    /// What it asks for, in Markdown: what its file says below the title and the chapter.
    #[serde(skip)]
    pub text: String,
    /// The line of `info.toml` in which it has its name; 0 where that can't be told.
    #[serde(skip)]
    pub line: usize,
}

#[derive(Deserialize)]
struct Info {
    exercises: Vec<Exercise>,
}

impl Exercise {
    /// Its part and its name, as in a path.
    pub fn path(&self) -> String {
        format!("{}/{}", self.dir, self.name)
    }
}

/// The exercises of the project at `root`, in their order; none where there is no course.
///
/// # Errors
///
/// A finding, when the list or an exercise can't be read.
pub fn read(root: &Path) -> Result<Vec<Exercise>, Finding> {
    if !root.join(INFO).exists() {
        return Ok(Vec::new());
    }
    let text = files::text(&root.join(INFO))
        .map_err(|problem| Finding::new(INFO, 0, problem, "restore it with git"))?;
    let lines = Lines::of(&text);
    let info: Info = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| lines.at(span.start));
        let remedy = "each exercise has a `name`, a `dir`, a `chapter` and its `minutes`";
        Finding::new(INFO, line, error.message(), remedy)
    })?;
    let titled = |exercise: Exercise| {
        let file = format!("crates/exercises/exercises/{}.rs", exercise.path());
        let code = files::text(&root.join(&file)).unwrap_or_default();
        let name = format!("name = \"{}\"", exercise.name);
        let line = text.find(&name).map_or(0, |at| lines.at(at));
        match code.lines().find_map(|line| line.strip_prefix("//! # ")) {
            Some(title) => match text_of(&code) {
                text if text.is_empty() => Err(Finding::new(
                    file,
                    1,
                    "this exercise says nothing below its title, so the book has nothing to show",
                    "say at the beginning of its file what is to be written, in lines with `//!`",
                )),
                text => Ok(Exercise { title: title.into(), text, line, ..exercise }),
            },
            None => Err(Finding::new(
                file,
                1,
                "this exercise has no title",
                "begin its file with `//! # Title`",
            )),
        }
    };
    info.exercises.into_iter().map(titled).collect()
}

/// What the comment at the beginning of a file says below its title and its chapter.
fn text_of(code: &str) -> String {
    let comment = code.lines().map_while(|line| line.strip_prefix("//!"));
    let text = comment.map(|line| line.strip_prefix(' ').unwrap_or(line));
    let said =
        text.filter(|line| !line.starts_with("# ") && !line.starts_with("Chapter: "));
    said.collect::<Vec<_>>().join("\n").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_the_file_begins_with() {
        let code = "//! # Title\n//!\n//! Chapter: a/b.md\n//!\n//! Do it.\n//!\n//! * so\n\nfn f() {}\n//! no\n";
        assert_eq!(text_of(code), "Do it.\n\n* so");
        assert_eq!(text_of("fn f() {}"), "");
    }
}
