//! A command whose output a chapter shows.

use std::path::{Path, PathBuf};

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
}
