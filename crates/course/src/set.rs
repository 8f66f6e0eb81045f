//! The exercises as they lie on the disk: a community set of rustlings, with answers beside that are
//! known to be right or wrong.
//!
//! ```text
//! info.toml                          what rustlings reads, and some keys of ours
//! exercises/PART/NAME.rs             the stub
//! solutions/PART/NAME.rs             the solution
//! right/PART/NAME/*.rs               answers that are right, and of another design
//! wrong/PART/NAME/*.rs               answers that are wrong, and how each is caught
//! ```
//!
//! A stub and a solution have two parts: the answer, and below [`MARK`] the checks, which
//! are the same in both. The other answers have no checks of their own.

use std::path::{Path, PathBuf};
use std::{fs, io};

use regex::Regex;
use serde::Deserialize;

/// What stands between an answer and the checks.
pub const MARK: &str = "// ---- The checks. Leave them as they are. ----";

/// All exercises, in the order in which they are done.
#[derive(Debug)]
pub struct Set {
    /// The folder with `info.toml`.
    pub root: PathBuf,
    /// The exercises.
    pub exercises: Vec<Exercise>,
}

/// What `info.toml` says of an exercise.
#[derive(Clone, Debug, Deserialize)]
pub struct Exercise {
    /// Its name, and that of its files.
    pub name: String,
    /// The part of the course, and its folder.
    pub dir: String,
    /// The chapter of the book that it belongs to, from `book/src` on.
    pub chapter: String,
    /// How many minutes it may take.
    pub minutes: u32,
    /// Words from the message with which its stub fails.
    pub stub: String,
    /// A ladder of hints, each after its number.
    pub hint: String,
}

/// An answer that is known to be right, and is of another design than the solution.
#[derive(Debug)]
pub struct Right {
    /// The name of its file, without `.rs`.
    pub name: String,
    /// The answer, without checks.
    pub answer: String,
}

/// An answer that is known to be wrong.
#[derive(Debug)]
pub struct Wrong {
    /// The name of its file, without `.rs`.
    pub name: String,
    /// The answer, without checks.
    pub answer: String,
    /// The checks that catch it, and words from the message of each.
    pub caught: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Info {
    exercises: Vec<Exercise>,
}

impl Set {
    /// Reads the set in the folder `root`.
    ///
    /// # Errors
    ///
    /// When there is no `info.toml`, or an exercise lacks a key.
    pub fn read(root: &Path) -> Result<Self, String> {
        let path = root.join("info.toml");
        let text = read(&path).map_err(|error| {
            format!("{error}; --exercises names the folder that has it")
        })?;
        let info: Info = toml::from_str(&text)
            .map_err(|error| format!("{}: {}", path.display(), error.message()))?;
        Ok(Self { root: root.into(), exercises: info.exercises })
    }

    /// Where the stub lies.
    pub fn stub(&self, exercise: &Exercise) -> PathBuf {
        self.file("exercises", exercise)
    }

    /// Where the solution lies.
    pub fn solution(&self, exercise: &Exercise) -> PathBuf {
        self.file("solutions", exercise)
    }

    fn file(&self, kind: &str, exercise: &Exercise) -> PathBuf {
        self.root.join(kind).join(&exercise.dir).join(format!("{}.rs", exercise.name))
    }

    /// The known-right answers, by name.
    ///
    /// # Errors
    ///
    /// When a file can't be read.
    pub fn right(&self, exercise: &Exercise) -> Result<Vec<Right>, String> {
        let answers = self.beside("right", exercise)?.into_iter();
        Ok(answers.map(|(name, answer)| Right { name, answer }).collect())
    }

    /// The known-wrong answers, by name.
    ///
    /// # Errors
    ///
    /// When a file can't be read.
    pub fn wrong(&self, exercise: &Exercise) -> Result<Vec<Wrong>, String> {
        let answers = self.beside("wrong", exercise)?.into_iter();
        let wrong = |(name, answer): (String, String)| Wrong {
            name,
            caught: caught(&answer),
            answer,
        };
        Ok(answers.map(wrong).collect())
    }

    /// The answers of one kind that lie beside an exercise, each after its name. Where there is no
    /// folder, there are none.
    fn beside(
        &self,
        kind: &str,
        exercise: &Exercise,
    ) -> Result<Vec<(String, String)>, String> {
        let folder = self.root.join(kind).join(&exercise.dir).join(&exercise.name);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Vec::new());
            }
            Err(error) => return Err(format!("{}: {error}", folder.display())),
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut paths: Vec<_> = paths
            .collect::<io::Result<_>>()
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        paths.sort();
        let name =
            |path: &Path| path.file_stem().unwrap_or_default().display().to_string();
        paths.iter().map(|path| Ok((name(path), read(path)?))).collect()
    }
}

impl Exercise {
    /// Its part and its name, as in a path.
    pub fn path(&self) -> String {
        format!("{}/{}", self.dir, self.name)
    }
}

/// The lines ``//! Caught by `check`: words``.
fn caught(answer: &str) -> Vec<(String, String)> {
    let line =
        Regex::new(r"(?m)^//! Caught by `(\w+)`: (.+)$").expect("the pattern is right");
    line.captures_iter(answer).map(|found| (found[1].into(), found[2].into())).collect()
}

/// The answer and the checks of a file; no checks where there is no [`MARK`].
pub fn split(text: &str) -> (&str, &str) {
    text.find(MARK).map_or((text, ""), |mark| text.split_at(mark))
}

/// An answer with these checks below it, as a file.
pub fn join(answer: &str, checks: &str) -> String {
    format!("{}\n\n{checks}", answer.trim_end())
}

/// The file as it is compiled: what an answer ends with, such as `#[cfg(any())]`, belongs to
/// something between, and not to the first of the checks. No line moves.
pub fn sealed(text: &str) -> String {
    let (answer, checks) = split(text);
    match answer.strip_suffix("\n\n") {
        Some(answer) if !checks.is_empty() => {
            format!("{answer}\nconst _: () = ();\n{checks}")
        }
        _ => text.into(),
    }
}

/// The names of the checks in a file.
pub fn checks(text: &str) -> Vec<String> {
    let check = Regex::new(r"#\[test\]\s+fn (\w+)").expect("the pattern is right");
    check.captures_iter(split(text).1).map(|found| found[1].into()).collect()
}

/// A text file, [`as_meant`].
///
/// # Errors
///
/// When it can't be read, with its path.
pub fn read(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path);
    text.map(|text| as_meant(&text))
        .map_err(|error| format!("{}: {error}", path.display()))
}

/// The text without what some editors add and nobody sees: a mark at its beginning, and a second
/// sign at the end of each line.
pub fn as_meant(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// Whether two answers are the same to whoever reads them: spaces at the ends of lines, and empty
/// lines around all, don't count.
pub fn is_same(one: &str, other: &str) -> bool {
    let lines = |text: &str| -> Vec<String> {
        let text = as_meant(text);
        text.trim().lines().map(|line| line.trim_end().to_string()).collect()
    };
    lines(one) == lines(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_an_answer_and_its_checks() {
        let checks_of =
            format!("{MARK}\n\nmod checks {{\n    #[test]\n    fn it_ends() {{}}\n}}\n");
        let file = join("fn answer() {}\n\n\n", &checks_of);
        assert_eq!(split(&file), ("fn answer() {}\n\n", checks_of.as_str()));
        assert_eq!(checks(&file), ["it_ends"]);
        // What a student calls a test is none of ours.
        assert!(checks("#[test]\nfn mine() {}").is_empty());
    }

    #[test]
    fn what_an_answer_ends_with_does_not_reach_the_checks() {
        let file =
            join("fn answer() {}\n#[cfg(any())]\n", &format!("{MARK}\n\nfn x() {{}}\n"));
        let sealed = sealed(&file);
        let items = sealed.split_once("#[cfg(any())]\n").unwrap().1;
        assert!(items.starts_with("const _: () = ();\n// ----"), "{sealed}");
        assert_eq!(sealed.lines().count(), file.lines().count());
        assert_eq!(split(&sealed).1, split(&file).1);
    }

    #[test]
    fn what_an_editor_adds_makes_no_other_answer() {
        let stub = "//! # One\n\nfn one() {\n}\n\n";
        for same in [
            "\u{feff}//! # One\n\nfn one() {\n}",
            "//! # One\r\n\r\nfn one() {\r\n}\r\n",
            "\n//! # One  \n\t\nfn one() {\n}\n",
        ] {
            assert!(is_same(same, stub), "{same:?}");
        }
        for other in ["//! # One\nfn one() {\n}", "//! # One\n\n  fn one() {\n}", ""] {
            assert!(!is_same(other, stub), "{other:?}");
        }
    }

    #[test]
    fn a_wrong_answer_says_how_it_is_caught() {
        let answer =
            "//! Wrong: it is late.\n//! Caught by `is_early`: too late: by a day\n";
        assert_eq!(caught(answer), [("is_early".into(), "too late: by a day".into())]);
    }
}
