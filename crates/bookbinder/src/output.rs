//! What the commands in the book printed: `book/outputs/<example>/<demo>.txt`.
//!
//! The first line of the file is the command, the second the fingerprint of the code that
//! printed it; the output follows an empty line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use regex::Regex;

use crate::directive::Directive;
use crate::finding::Finding;
use crate::measurement::{replace, sorted};

/// How much of an output has to stay as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Every byte.
    Exact,
    /// Every line, but for numbers, times, and how wide columns are.
    Shape,
    /// Which kinds of line there are; not how many of each.
    Distribution,
}

/// A command whose output the book shows: `cargo run -p EXAMPLE -- ARGUMENTS`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// The package.
    pub example: String,
    /// The demo, and its options.
    pub arguments: Vec<String>,
    /// What may change.
    pub class: Class,
}

impl Run {
    /// Reads the arguments of a `run` directive: `[exact|shape|distribution] EXAMPLE DEMO
    /// …`; without a class, it is `shape`.
    ///
    /// # Errors
    ///
    /// One line, when there is no example or no demo.
    pub fn parse(arguments: &str) -> Result<Self, String> {
        let mut words = arguments.split_whitespace().peekable();
        let class = match words.peek() {
            Some(&"exact") => Some(Class::Exact),
            Some(&"shape") => Some(Class::Shape),
            Some(&"distribution") => Some(Class::Distribution),
            _ => None,
        };
        if class.is_some() {
            words.next();
        }
        let (example, arguments) =
            (words.next(), words.map(String::from).collect::<Vec<_>>());
        let usable = |word: &str| {
            word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.=".contains(c))
        };
        match example {
            Some(example)
                if !usable(example) || !arguments.iter().all(|word| usable(word)) =>
            {
                Err("`run` takes words of letters, digits and -_.= only".into())
            }
            Some(example) if !arguments.is_empty() => Ok(Self {
                example: example.into(),
                arguments,
                class: class.unwrap_or(Class::Shape),
            }),
            _ => {
                Err("`run` takes an example and a demo, as {{#run threads start}}".into())
            }
        }
    }

    /// The command whose output a directive needs: `run` shows it, `stepper` reads it and
    /// so wants every byte; `lanes` draws it, and has the picture's name and title after that.
    pub fn of(directive: &Directive) -> Option<Result<Self, String>> {
        match directive.name {
            "run" => Some(Self::parse(directive.arguments)),
            "stepper" => Some(Self::parse(&format!("exact {}", directive.arguments))),
            "lanes" => {
                let command = directive.arguments.split('|').next().unwrap_or_default();
                Some(Self::parse(&format!("distribution {command}")))
            }
            _ => None,
        }
    }

    /// The command that a reader types.
    pub fn command(&self) -> String {
        format!("cargo run -p {} -- {}", self.example, self.arguments.join(" "))
    }

    /// Where the output is kept, from the root of the project.
    pub fn file(&self) -> PathBuf {
        Path::new("book/outputs")
            .join(&self.example)
            .join(self.arguments.join(" ") + ".txt")
    }

    /// The file whose fingerprint tells whether the output may be old, from the root of
    /// the project.
    pub fn code(&self) -> PathBuf {
        Path::new("crates").join(&self.example).join("src/main.rs")
    }

    /// Runs the command in the project at `root`; returns what it printed.
    ///
    /// # Errors
    ///
    /// One line, when it can't be started, fails, or prints something that is not text.
    pub fn run(&self, root: &Path) -> Result<String, String> {
        let command = self.command();
        let output = Command::new("cargo")
            .args(["run", "--quiet", "-p", &self.example, "--"])
            .args(&self.arguments)
            .current_dir(root)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("couldn't start `{command}`: {error}"))?;
        if !output.status.success() {
            return Err(format!("`{command}` failed with {}", output.status));
        }
        String::from_utf8(output.stdout)
            .map_err(|_| format!("`{command}` printed something that is not UTF-8"))
    }
}

/// What was recorded for a command.
#[derive(Debug, PartialEq)]
pub struct Recorded {
    /// The fingerprint of the code that printed it.
    pub code: String,
    /// What it printed.
    pub output: String,
}

impl Recorded {
    /// Reads what was recorded for `run`.
    ///
    /// # Errors
    ///
    /// One line, when nothing was, or the file is not as [`Recorded::write`] leaves it.
    pub fn read(root: &Path, run: &Run) -> Result<Self, String> {
        let text = fs::read_to_string(root.join(run.file()))
            .map_err(|error| error.to_string())?;
        let rest = text.strip_prefix(&format!("$ {}\ncode: ", run.command()));
        let parts = rest.and_then(|rest| rest.split_once("\n\n"));
        let (code, output) = parts.ok_or(
            "its first lines should be the command and the fingerprint of its code",
        )?;
        Ok(Self { code: code.into(), output: output.into() })
    }

    /// Writes it; the file is replaced whole or stays as it was.
    ///
    /// # Errors
    ///
    /// One line, when it can't be written.
    pub fn write(&self, root: &Path, run: &Run) -> Result<(), String> {
        let text = format!("$ {}\ncode: {}\n\n{}", run.command(), self.code, self.output);
        replace(&root.join(run.file()), text.as_bytes())
    }
}

/// The first difference between two outputs that `class` doesn't allow: the line as it
/// was, and as it is.
pub fn drift(class: Class, recorded: &str, now: &str) -> Option<(String, String)> {
    let lines = |text: &str| -> Vec<String> {
        let mut lines: Vec<String> = match class {
            Class::Exact => text.lines().map(String::from).collect(),
            Class::Shape | Class::Distribution => text.lines().map(shape).collect(),
        };
        if class == Class::Distribution {
            lines.sort();
            lines.dedup();
        }
        lines
    };
    let (recorded, now) = (lines(recorded), lines(now));
    let line = |lines: &[String], i: usize| {
        lines.get(i).cloned().unwrap_or_else(|| "nothing".into())
    };
    (0..recorded.len().max(now.len()))
        .map(|i| (line(&recorded, i), line(&now, i)))
        .find(|(recorded, now)| recorded != now)
}

/// A line without what changes from run to run: numbers with their units, bars, and the
/// width of columns.
fn shape(line: &str) -> String {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\d[\d,._]*(\s?(ns|µs|ms|s|×|%|B|KiB|MiB|GiB)\b|\s?[×%])?")
            .expect("the pattern is right")
    });
    static FILLING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[─━=▏▎▍▌▋▊▉█▁▂▃▄▅▆▇░▒▓-]{2,}|[█▇#*]+").expect("the pattern is right")
    });
    let line = NUMBER.replace_all(line, "0");
    let line = FILLING.replace_all(&line, "█");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Recorded outputs that no chapter shows.
pub(crate) fn forgotten(root: &Path, runs: &BTreeSet<Run>) -> Vec<Finding> {
    let shown: BTreeSet<_> = runs.iter().map(Run::file).collect();
    let files =
        sorted(&root.join("book/outputs")).into_iter().flat_map(|folder| sorted(&folder));
    let forgotten = files.filter_map(|file| {
        let file = file.strip_prefix(root).ok()?.to_path_buf();
        (!shown.contains(&file)).then(|| {
            Finding::new(file, 0, "no chapter shows this output", "delete the file")
        })
    });
    forgotten.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_a_class_an_example_and_a_demo() {
        let run = Run::parse("exact threads start --workers 4").unwrap();
        assert_eq!(run.class, Class::Exact);
        assert_eq!(run.command(), "cargo run -p threads -- start --workers 4");
        assert_eq!(run.file(), Path::new("book/outputs/threads/start --workers 4.txt"));
        assert_eq!(Run::parse("threads start").unwrap().class, Class::Shape);
        assert!(Run::parse("threads").is_err());
        assert!(Run::parse("exact threads").is_err());
        assert!(Run::parse("").is_err());
    }

    #[test]
    fn numbers_may_drift_and_words_may_not() {
        let recorded = "in 10 threads   400 µs   1,000×\n";
        assert_eq!(drift(Class::Shape, recorded, "in 2 threads  3.2 ms  9.5×\n"), None);
        assert_eq!(
            drift(Class::Shape, recorded, "in 2 fibres  3.2 ms  9.5×\n"),
            Some(("in 0 threads 0 0".into(), "in 0 fibres 0 0".into()))
        );
        assert!(drift(Class::Exact, recorded, "in 2 threads  3.2 ms  9.5×\n").is_some());
        assert_eq!(drift(Class::Exact, recorded, recorded), None);
    }

    #[test]
    fn a_line_more_or_less_is_drift() {
        assert_eq!(
            drift(Class::Shape, "a\nb\n", "a\n"),
            Some(("b".into(), "nothing".into()))
        );
    }

    #[test]
    fn a_distribution_may_have_other_bars() {
        let recorded = "lost  times\n 0  ████ 4\n 1  ██ 2\n";
        assert_eq!(drift(Class::Distribution, recorded, "lost  times\n 3  █ 1\n"), None);
        assert!(drift(Class::Shape, recorded, "lost  times\n 3  █ 1\n").is_some());
        assert!(
            drift(Class::Distribution, recorded, "found  times\n 3  █ 1\n").is_some()
        );
    }
}
