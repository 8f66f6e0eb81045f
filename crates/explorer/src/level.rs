//! A level of the game: a program that goes wrong, and what has to stay of it while it is mended.

use std::collections::HashMap;

use super::parse::DECLARATIONS;

/// A program to be mended.
///
/// Its text begins with comments: a title, a sentence or two about what is wanted, and a line that
/// begins with `Hint:`; `Memory: buffered` says that stores are buffered. Steps that end with the
/// comment `stays` have to stay, and so have all declarations and expectations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// What it is called.
    pub title: String,
    /// What is wanted.
    pub task: String,
    /// What helps.
    pub hint: String,
    /// Whether stores are buffered.
    pub buffered: bool,
    /// The program with which the reader begins.
    pub program: String,
}

/// What has to stay of a program: its declarations, and the steps of each thread in their order.
#[derive(Default)]
struct Parts {
    declared: Vec<String>,
    steps: HashMap<String, Vec<String>>,
}

/// The comment of a step that has to stay.
const STAYS: &str = "stays";

impl Level {
    /// Reads a level.
    ///
    /// # Errors
    ///
    /// What is missing of its title, its task and its hint.
    pub fn parse(text: &str) -> Result<Self, String> {
        let comments = text.lines().take_while(|line| line.starts_with('#'));
        let program: Vec<_> = text.lines().skip(comments.clone().count()).collect();
        let mut level = Self {
            title: String::new(),
            task: String::new(),
            hint: String::new(),
            buffered: false,
            program: program.join("\n").trim().to_string() + "\n",
        };
        for comment in comments {
            let comment = comment.trim_start_matches('#').trim();
            if let Some(hint) = comment.strip_prefix("Hint: ") {
                level.hint = hint.into();
            } else if comment == "Memory: buffered" {
                level.buffered = true;
            } else if level.title.is_empty() {
                level.title = comment.into();
            } else if level.task.is_empty() {
                level.task = comment.into();
            } else {
                return Err(format!("`{comment}` is one comment too many"));
            }
        }
        for (what, text) in
            [("title", &level.title), ("task", &level.task), ("hint", &level.hint)]
        {
            if text.is_empty() {
                return Err(format!("its {what} is missing"));
            }
        }
        Ok(level)
    }

    /// Whether `text`, the program as somebody has changed it, still is this level.
    ///
    /// # Errors
    ///
    /// What is missing, in one line.
    pub fn still_in(&self, text: &str) -> Result<(), String> {
        let (wanted, found) = (parts(&self.program, true), parts(text, false));
        for line in wanted.declared {
            if !found.declared.contains(&line) {
                return Err(format!("`{line}` has to stay"));
            }
        }
        for (thread, steps) in wanted.steps {
            let mut there = found.steps.get(&thread).into_iter().flatten();
            if let Some(step) =
                steps.iter().find(|step| !there.any(|there| there == *step))
            {
                return Err(format!(
                    "`{step}` has to stay in thread {thread}, and in its place among those that stay"
                ));
            }
        }
        Ok(())
    }
}

/// The parts of a program; of its steps, those `marked` as staying, or all. What stands in front of a
/// step as its condition is left out: that may change.
fn parts(text: &str, marked: bool) -> Parts {
    let (mut parts, mut thread) = (Parts::default(), String::new());
    for line in text.lines() {
        let (code, comment) = line.split_once('#').unwrap_or((line, ""));
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        let word = code.split(' ').next().unwrap_or_default();
        if DECLARATIONS.contains(&word) {
            if let Some(name) = code.strip_prefix("thread ") {
                thread = name.into();
            }
            parts.declared.push(code);
        } else if !code.is_empty() && (!marked || comment.trim() == STAYS) {
            let bare = code.strip_prefix("if ").and_then(|rest| rest.split_once(": "));
            let step = bare.map_or(code.as_str(), |(_, step)| step).to_string();
            parts.steps.entry(thread.clone()).or_default().push(step);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n# Task.\n# Hint: Look.\nshared n = 0\nthread A\n  n.store(1)\n  \
                        if 1 == 1: n.store(2) # stays\nexpect n == 2\n";

    #[test]
    fn what_a_level_says_is_read() {
        let level = Level::parse(TEXT).unwrap();
        assert_eq!(
            (&*level.title, &*level.task, &*level.hint),
            ("Title", "Task.", "Look.")
        );
        assert!(level.program.starts_with("shared n = 0\n") && !level.buffered);
        assert!(
            Level::parse("# Title\n# Task.\nthread A\n").unwrap_err().contains("hint")
        );
    }

    #[test]
    fn what_has_to_stay_is_missed() {
        let level = Level::parse(TEXT).unwrap();
        assert_eq!(level.still_in(&level.program), Ok(()));
        let changed =
            |from: &str, to: &str| level.still_in(&level.program.replace(from, to));
        assert_eq!(changed("n.store(1)", "fence()"), Ok(()), "it needn't stay");
        assert_eq!(changed("if 1 == 1: ", ""), Ok(()), "a condition may change");
        assert_eq!(
            changed("expect n == 2", "").unwrap_err(),
            "`expect n == 2` has to stay"
        );
        assert_eq!(changed("= 0", "= 2").unwrap_err(), "`shared n = 0` has to stay");
        assert!(
            changed("n.store(2)", "n.store(3)").unwrap_err().contains("`n.store(2)`")
        );
        let moved =
            level.program.replace("thread A", "thread B\nthread A").replace('A', "C");
        assert_eq!(level.still_in(&moved).unwrap_err(), "`thread A` has to stay");
    }
}
