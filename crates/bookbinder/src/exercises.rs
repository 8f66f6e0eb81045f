//! The exercises of the course: each in its chapter, all of them on one page.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::directive;
use crate::finding::Finding;
use crate::material::{Material, Refusal};

/// What rustlings reads, with some keys of ours; from the root of the project.
const INFO: &str = "crates/exercises/info.toml";

/// The page that says how the exercises are done, from `book/src` on.
const PAGE: &str = "appendix/exercises.md";

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
}

#[derive(Deserialize)]
struct Info {
    exercises: Vec<Exercise>,
}

impl Exercise {
    /// Its part and its name, as in a path.
    fn path(&self) -> String {
        format!("{}/{}", self.dir, self.name)
    }
}

/// The exercises of the project at `root`, in their order; none where there is no course.
///
/// # Errors
///
/// A finding, when the list or an exercise can't be read.
pub fn read(root: &Path) -> Result<Vec<Exercise>, Finding> {
    let Ok(text) = fs::read_to_string(root.join(INFO)) else { return Ok(Vec::new()) };
    let info: Info = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| directive::line_at(&text, span.start));
        let remedy = "each exercise has a `name`, a `dir`, a `chapter` and its `minutes`";
        Finding::new(INFO, line, error.message(), remedy)
    })?;
    let titled = |exercise: Exercise| {
        let file = format!("crates/exercises/exercises/{}.rs", exercise.path());
        let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
        match text.lines().find_map(|line| line.strip_prefix("//! # ")) {
            Some(title) => Ok(Exercise { title: title.into(), ..exercise }),
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

/// Finds exercises whose chapters don't speak of them.
pub(crate) fn check(root: &Path, exercises: &[Exercise]) -> Vec<Finding> {
    let info = fs::read_to_string(root.join(INFO)).unwrap_or_default();
    let missing = |exercise: &&Exercise| {
        let chapter = root.join("book/src").join(&exercise.chapter);
        let chapter = fs::read_to_string(chapter).unwrap_or_default();
        !directive::find(&chapter)
            .any(|found| found.name == "exercise" && found.arguments == exercise.path())
    };
    let finding = |exercise: &Exercise| {
        let name = format!("name = \"{}\"", exercise.name);
        let line = info.find(&name).map_or(0, |at| directive::line_at(&info, at));
        let (path, chapter) = (exercise.path(), &exercise.chapter);
        let problem = format!("exercise `{path}` is not in its chapter, {chapter}");
        Finding::new(INFO, line, problem, format!("put {{{{#exercise {path}}}}} there"))
    };
    exercises.iter().filter(missing).map(finding).collect()
}

/// `{{#exercise PART/NAME}}`
pub(crate) fn exercise(material: &Material, path: &str) -> Result<String, Refusal> {
    let Some(exercise) =
        material.exercises.iter().find(|exercise| exercise.path() == path)
    else {
        let paths: Vec<_> = material.exercises.iter().map(Exercise::path).collect();
        let there = format!("{INFO} has {}", paths.join(", "));
        return Err((format!("there is no exercise `{path}`"), there));
    };
    let up = "../".repeat(exercise.chapter.matches('/').count());
    let Exercise { title, name, minutes, .. } = exercise;
    Ok(format!(
        "\n\n**Checked:** *{title}*, about {minutes} minutes. [The course]({up}{PAGE}) has it \
         as `{name}`.\n\n"
    ))
}

/// `{{#exercises}}`
pub(crate) fn exercises(material: &Material) -> String {
    let mut table = String::from("\n\n| exercise | | minutes |\n|---|---|---|\n");
    let up = "../".repeat(PAGE.matches('/').count());
    for Exercise { name, title, chapter, minutes, .. } in &material.exercises {
        let _ = writeln!(table, "| `{name}` | [{title}]({up}{chapter}) | {minutes} |");
    }
    table + "\n"
}
