//! What the commands in the book printed: `book/outputs/<example>/<demo>.txt`.
//!
//! The first line of the file is the command, the second the fingerprint of the code that
//! printed it; the output follows an empty line.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use surveyor::code::files;

use crate::asking::{Class, Run};

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
        let mut text = files::text(&root.join(run.file()))?;
        // As git may have made it on its way here.
        if text
            .lines()
            .next()
            .is_some_and(|first| text[first.len()..].starts_with("\r\n"))
        {
            text = text.replace("\r\n", "\n");
        }
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
        files::write_whole(&root.join(run.file()), text.as_bytes())
    }
}

/// The first difference between two outputs that `class` doesn't allow: the line as it
/// was, and as it is, each in words.
pub fn drift(class: Class, recorded: &str, now: &str) -> Option<(String, String)> {
    let lines = |text: &str| -> Vec<String> {
        let mut lines: Vec<String> = match class {
            // How it ends belongs to a line.
            Class::Exact => text.split_inclusive('\n').map(String::from).collect(),
            Class::Shape | Class::Distribution => text.lines().map(shape).collect(),
        };
        if class == Class::Distribution {
            lines.sort();
            lines.dedup();
        }
        lines
    };
    let (recorded, now) = (lines(recorded), lines(now));
    let pairs = (0..recorded.len().max(now.len())).map(|i| (recorded.get(i), now.get(i)));
    let (was, is) = pairs.into_iter().find(|(was, is)| was != is)?;
    let bare = |line: Option<&String>| line.map(|line| line.trim_end().to_string());
    // Where only the ends of the lines differ, they are shown.
    let is_about_ends = bare(was) == bare(is);
    let say = |line: Option<&String>| match line {
        None => "nothing".into(),
        Some(line) if is_about_ends => format!("`{}`", line.escape_debug()),
        Some(line) => format!("`{}`", line.trim_end()),
    };
    Some((say(was), say(is)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_drift_and_words_may_not() {
        let recorded = "in 10 threads   400 µs   1,000×\n";
        assert_eq!(drift(Class::Shape, recorded, "in 2 threads  3.2 ms  9.5×\n"), None);
        assert_eq!(
            drift(Class::Shape, recorded, "in 2 fibres  3.2 ms  9.5×\n"),
            Some(("`in 0 threads 0 0`".into(), "`in 0 fibres 0 0`".into()))
        );
        assert!(drift(Class::Exact, recorded, "in 2 threads  3.2 ms  9.5×\n").is_some());
        assert_eq!(drift(Class::Exact, recorded, recorded), None);
    }

    #[test]
    fn a_line_more_or_less_is_drift() {
        assert_eq!(
            drift(Class::Shape, "a\nb\n", "a\n"),
            Some(("`b`".into(), "nothing".into()))
        );
        for class in [Class::Exact, Class::Shape, Class::Distribution] {
            assert_eq!(
                drift(class, "a\n", "a\nnothing\n"),
                Some(("nothing".into(), "`nothing`".into()))
            );
        }
    }

    #[test]
    fn every_byte_of_an_exact_output_counts() {
        for (was, is) in [
            ("a\nb\n", "a\r\nb\r\n"),
            ("a\n", "a"),
            ("a\n", "a \n"),
            ("a\n", "a\n\n"),
            ("a\n", "a\u{a0}\n"),
        ] {
            let (was, is) = drift(Class::Exact, was, is).expect("they differ");
            assert_ne!(was, is);
        }
        let ends = Some(("`a\\n`".into(), "`a\\r\\n`".into()));
        assert_eq!(drift(Class::Exact, "a\n", "a\r\n"), ends);
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
