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

/// What of a package runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Its program.
    Program,
    /// The bench that the first argument names.
    Bench,
}

/// A command whose output the book shows: `cargo run -p EXAMPLE -- ARGUMENTS`, or `cargo bench -p
/// EXAMPLE --bench NAME -- OPTIONS`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    part: Part,
    /// The package.
    pub example: String,
    /// The demo, or the bench, and its options.
    pub arguments: Vec<String>,
    /// What may change.
    pub class: Class,
}

impl Run {
    /// Reads the arguments of a `run` directive: `[exact|shape|distribution] [bench] EXAMPLE
    /// DEMO …`; without a class, it is `shape`.
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
        let bench = words.next_if_eq(&"bench");
        let part = bench.map_or(Part::Program, |_| Part::Bench);
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
                part,
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
        format!("cargo {}", self.words().join(" "))
    }

    /// What Cargo is told.
    pub fn words(&self) -> Vec<&str> {
        let (mut words, named) = match self.part {
            Part::Program => (vec!["run", "-p", &self.example], 0),
            Part::Bench => (vec!["bench", "-p", &self.example, "--bench"], 1),
        };
        let (name, options) = self.arguments.split_at(named);
        words.extend(name.iter().map(String::as_str));
        if !options.is_empty() {
            words.push("--");
        }
        words.extend(options.iter().map(String::as_str));
        words
    }

    /// Where the output is kept, from the root of the project.
    pub fn file(&self) -> PathBuf {
        let part = match self.part {
            Part::Program => "",
            Part::Bench => "bench ",
        };
        Path::new("book/outputs")
            .join(&self.example)
            .join(format!("{part}{}.txt", self.arguments.join(" ")))
    }

    /// The file whose fingerprint tells whether the output may be old, from the root of
    /// the project.
    pub fn code(&self) -> PathBuf {
        let folder = Path::new("crates").join(&self.example);
        match self.part {
            Part::Program => folder.join("src/main.rs"),
            Part::Bench => folder.join(format!("benches/{}.rs", self.arguments[0])),
        }
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
        assert!(Run::parse("bench threads").is_err());
        assert!(Run::parse("exact threads").is_err());
        assert!(Run::parse("").is_err());
    }

    #[test]
    fn a_bench_is_run_by_its_name() {
        let run = Run::parse("distribution bench workloads first --quiet").unwrap();
        assert_eq!(run.class, Class::Distribution);
        let command = "cargo bench -p workloads --bench first -- --quiet";
        assert_eq!(run.command(), command);
        let file = Path::new("book/outputs/workloads/bench first --quiet.txt");
        assert_eq!(run.file(), file);
        assert_eq!(run.code(), Path::new("crates/workloads/benches/first.rs"));
        let plain = Run::parse("bench workloads first").unwrap();
        assert_eq!(plain.command(), "cargo bench -p workloads --bench first");
    }
}
