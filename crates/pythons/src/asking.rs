//! Asks an interpreter what it is, and how it was built.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::running;

/// How long an interpreter may take to say which one it is.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// An interpreter, as the measurements name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Python {
    /// What the ids of its measurements end with: `CPython 3.12`, `CPython 3.13t`. Where a machine
    /// has several interpreters of one minor version, all but the first have the whole version in
    /// their names: `CPython 3.12.1`.
    pub name: String,
    /// Its whole version, such as `3.12.1`.
    pub version: String,
    /// Whether it was built to run without a GIL.
    pub free_threaded: bool,
    /// Whether it has a GIL when it runs. A free-threaded build may switch it on.
    pub has_gil: bool,
    /// The compiler that built it.
    pub compiler: String,
    /// How it was optimized, as far as it says so: the compiler's level, whether with the profile
    /// of a run (PGO), and whether across files (LTO). Debian's build doesn't mention LTO.
    pub optimization: String,
}

impl Python {
    /// A key that sorts interpreters by version; of the same version, free-threaded builds come
    /// last.
    pub fn order(&self) -> (Vec<u32>, bool) {
        let number = |part: &str| {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse().unwrap_or(0)
        };
        (self.version.split('.').map(number).collect(), self.free_threaded)
    }

    /// Whether it has a GIL, in words.
    pub fn gil(&self) -> &'static str {
        match (self.free_threaded, self.has_gil) {
            (false, _) => "yes",
            (true, true) => "switched on",
            (true, false) => "no",
        }
    }

    /// What makes it slower than this version has to be, as far as it says so itself; `None` for
    /// most.
    pub fn flaw(&self) -> Option<&'static str> {
        let words = ["debug", "no -O", "-O0", "-O1", "-Og"];
        let found = words.into_iter().find(|word| self.optimization.starts_with(word))?;
        Some(if found == "debug" {
            "a debug build"
        } else {
            "built without optimization"
        })
    }
}

/// What the script `asking.py` says when an interpreter runs it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) implementation: String,
    pub(crate) version: String,
    pub(crate) free_threaded: bool,
    pub(crate) has_gil: bool,
    pub(crate) compiler: String,
    pub(crate) optimization: String,
    /// The program itself, to which links, shims and virtual environments only lead.
    pub(crate) executable: PathBuf,
    /// Version, date and compiler of the build.
    pub(crate) build: String,
}

/// Asks the program at `path` what it is.
///
/// # Errors
///
/// One line: it can't be started, fails, says something else, or doesn't answer in time.
pub(crate) fn ask(path: &Path, patience: Duration) -> Result<Answer, String> {
    let mut command = Command::new(path);
    command.args(["-c", include_str!("asking.py")]);
    let said = running::said(&mut command, patience)?;
    let line = said.lines().last().unwrap_or_default();
    let answer = serde_json::from_str(line).ok().filter(Answer::is_plain);
    answer.ok_or_else(|| "it doesn't say which Python it is".into())
}

impl Answer {
    /// Whether the answer is one line of text with a proper version, so that it can stand in an id,
    /// a file and a table.
    fn is_plain(&self) -> bool {
        let Self { version, compiler, optimization, implementation, .. } = self;
        let words = [version, compiler, optimization, implementation];
        !words.into_iter().any(|word| word.contains(char::is_control))
            && version.starts_with(|c: char| c.is_ascii_digit())
            && version.chars().all(|c| c.is_ascii_alphanumeric() || ".+-".contains(c))
    }

    /// Whether both are one installation, or copies of one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let known = !self.executable.as_os_str().is_empty();
        known && self.executable == other.executable
            || (&self.build, &self.optimization) == (&other.build, &other.optimization)
    }

    /// The names that it may get: `CPython 3.12`, with a `t` where it runs without a GIL, and the
    /// same with the whole version.
    pub(crate) fn names(&self) -> [String; 2] {
        let mut parts = self.version.splitn(3, '.');
        let minor = [parts.next(), parts.next()].map(Option::unwrap_or_default).join(".");
        let kind = match (self.free_threaded, self.has_gil) {
            (false, _) => "",
            (true, false) => "t",
            (true, true) => "t with its GIL",
        };
        [minor, self.version.clone()].map(|version| format!("CPython {version}{kind}"))
    }

    pub(crate) fn named(self, name: String) -> Python {
        let Self { version, free_threaded, has_gil, compiler, optimization, .. } = self;
        Python { name, version, free_threaded, has_gil, compiler, optimization }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_built_without_optimization_is_marked() {
        let built = |optimization: &str| Python {
            name: "CPython 3.12".into(),
            version: "3.12.1".into(),
            free_threaded: false,
            has_gil: true,
            compiler: "GCC".into(),
            optimization: optimization.into(),
        };
        for (optimization, flaw) in [
            ("-O3, PGO, LTO", None),
            ("-O2", None),
            ("unknown", None),
            ("", None),
            ("-O0", Some("built without optimization")),
            ("-Og", Some("built without optimization")),
            ("no -O, LTO", Some("built without optimization")),
            ("debug", Some("a debug build")),
        ] {
            assert_eq!(built(optimization).flaw(), flaw, "{optimization}");
        }
    }
}
