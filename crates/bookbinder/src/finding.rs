//! What a gate finds.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why something can't be done: the problem, and the remedy.
pub(crate) type Refusal = (String, String);

/// Something that a gate found: where it is, what is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the project.
    pub file: PathBuf,
    /// The line in it, from 1 on; 0 when it is about the whole file.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl Finding {
    /// A finding at `line` of `file`.
    pub fn new(
        file: impl AsRef<Path>,
        line: usize,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            file: file.as_ref().into(),
            line,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { file, line, problem, remedy } = self;
        write!(f, "{}:", file.display())?;
        if *line > 0 {
            write!(f, "{line}:")?;
        }
        write!(f, " {problem}; {remedy}")
    }
}
