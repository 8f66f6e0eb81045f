//! Judges answers, and the machine with them.
//!
//! A right answer fails, too, where the linker is broken, the disk is full, or the system starts no more
//! processes. So for each exercise in which an answer fails, the solution is tried after it, as a *control*: where
//! that fails, the machine is to blame, and there is no verdict. And an answer that complained of the
//! system is tried once more: the first time, others may have taken what it needed.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::signal::Signal;
use regex::Regex;

use crate::set::{self, Exercise, Set};
use crate::trials::{self, Place};
use crate::verdict::Verdict;

/// What is said where a machine has too little: of processes, memory, open files, room on its disk; and of
/// time, when others were at work; or where somebody else has killed a supervisor, as the system does for want of
/// memory. Rust tells an error of the system in two ways.
const TOO_LITTLE: &str = r"(\(os error |Os \{ code: )(11|12|23|24|28|122)\b|\bmemory allocation of |\bkilled after |\bits supervisor was killed\b";

/// An answer, and what it answers.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// The answer with its checks below it.
    pub source: String,
}

/// Tries `answers`, by name.
///
/// # Errors
///
/// In one line, when the machine can't judge them, and why.
pub fn judge(
    set: &Set,
    place: &Place,
    answers: &BTreeMap<String, Answer>,
) -> Result<BTreeMap<String, Verdict>, String> {
    let sources =
        answers.iter().map(|(name, answer)| (name.clone(), answer.source.clone()));
    let sources: BTreeMap<_, _> = sources.collect();
    let mut verdicts = trials::try_all(set, place, &sources).map_err(no_verdict)?;
    let (mut again, mut controls) = (BTreeMap::new(), BTreeMap::new());
    for (name, answer) in answers {
        let verdict = &verdicts[name];
        if verdict.passed() {
            continue;
        }
        let path = answer.exercise.path();
        let control = format!("{}__control", path.replace('/', "__"));
        if let Entry::Vacant(vacant) = controls.entry(path) {
            again.insert(control.clone(), solution(set, answer.exercise)?);
            vacant.insert(control);
        }
        if may_be_the_machine(verdict) {
            again.insert(name.clone(), answer.source.clone());
        }
    }
    let place = Place {
        folder: place.folder.with_file_name("controls"),
        target: place.target.clone(),
        notebook: None,
        thorough: place.thorough,
        walls: place.walls,
    };
    let mut second = trials::try_all(set, &place, &again).map_err(no_verdict)?;
    for (path, control) in controls {
        let verdict = second.remove(&control).unwrap_or(Verdict::Missing);
        if !verdict.passed() {
            let (word, cause) = (verdict.word(), cause(&verdict.said()));
            return Err(no_verdict(format!(
                "the solution of {path} {} here, too: {cause}",
                if word == "doesn't compile" { word } else { "fails" },
            )));
        }
    }
    verdicts.extend(second);
    Ok(verdicts)
}

/// The solution with the checks below it. Another text each time: what was compiled in better days
/// says nothing about this one.
fn solution(set: &Set, exercise: &Exercise) -> Result<String, String> {
    let checks = set::read(&set.stub(exercise))?;
    let solution = set::read(&set.solution(exercise))?;
    let solution = set::join(set::split(&solution).0, set::split(&checks).1);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{solution}\n// Tried at {} ns.\n", now.as_nanos()))
}

/// Whether the machine may have failed, and not the answer.
fn may_be_the_machine(verdict: &Verdict) -> bool {
    let too_little = Regex::new(TOO_LITTLE).expect("the pattern is right");
    match verdict {
        Verdict::DoesNotCompile(said) => !points_into_code(said),
        _ => verdict.checks().iter().any(|check| too_little.is_match(&check.message)),
    }
}

/// What kept the machine from compiling an answer, if it was the machine.
pub fn trouble_of_the_machine(verdict: &Verdict) -> Option<String> {
    match verdict {
        // What we refuse ourselves, we don't call an error.
        Verdict::DoesNotCompile(said)
            if !points_into_code(said)
                && (said.contains("error") || said.contains("gave up")) =>
        {
            Some(no_verdict(cause(said)))
        }
        _ => None,
    }
}

/// Whether the compiler names a place in the code, as it does where the code is to blame.
fn points_into_code(said: &str) -> bool {
    let arrow = Regex::new(r"(?m)^ *--> ").expect("the pattern is right");
    arrow.is_match(said)
}

fn no_verdict(cause_of_it: impl Into<String>) -> String {
    let why = cause_of_it.into();
    let (first, rest) = why.split_once('\n').unwrap_or((why.as_str(), ""));
    let why = match cause(rest) {
        rest if rest.is_empty() => first.to_string(),
        rest => format!("{} {rest}", first.trim_end()),
    };
    format!("this machine can't judge answers: {why}; once that works, begin again")
}

/// The line that says most about what went wrong: one with the system's own words, or the first error.
fn cause(said: &str) -> String {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let of_the_system =
        |line: &&str| line.contains("(os error ") || line.contains("Os { code: ");
    // A whole command stands before that.
    let ended = |line: &str| {
        let (_, signal) = line.split_once("(signal: ")?;
        let number: String = signal.chars().take_while(char::is_ascii_digit).collect();
        let name = Signal::try_from(number.parse::<i32>().ok()?).ok()?;
        Some(format!("the compiler was ended by {name}"))
    };
    if let Some(ended) = lines().find_map(ended) {
        return ended;
    }
    let of_an_error =
        |line: &&str| line.starts_with("error") && !line.contains("could not compile");
    let telling = |line: &&str| !line.contains("panicked at ");
    lines()
        .find(of_the_system)
        .or_else(|| lines().find(of_an_error))
        .or_else(|| lines().find(telling))
        .unwrap_or_default()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{Check, Outcome};

    fn refused(said: &str) -> Verdict {
        Verdict::DoesNotCompile(said.into())
    }

    #[test]
    fn the_compiler_points_to_what_the_code_is_to_blame_for() {
        let theirs = refused("error[E0425]: cannot find value `x`\n --> src/a.rs:3:5\n");
        assert!(!may_be_the_machine(&theirs));
        assert_eq!(trouble_of_the_machine(&theirs), None);
        let ours =
            "error: linking with `cc` failed: exit status: 1\n  |\n  = note: \"cc\"";
        assert!(may_be_the_machine(&refused(ours)));
        assert_eq!(
            trouble_of_the_machine(&refused(ours)).unwrap(),
            "this machine can't judge answers: error: linking with `cc` failed: exit \
             status: 1; once that works, begin again"
        );
    }

    #[test]
    fn what_the_system_refused_may_be_there_the_next_time() {
        let failed = |message: &str| {
            Verdict::Tried(vec![Check {
                name: "a".into(),
                outcome: Outcome::Failed,
                message: message.into(),
            }])
        };
        assert!(may_be_the_machine(&failed(
            "failed to spawn thread: Resource temporarily unavailable (os error 11)"
        )));
        assert!(may_be_the_machine(&failed(
            "called `Result::unwrap()` on an `Err` value: Os { code: 24, kind: Uncategorized }"
        )));
        assert!(!may_be_the_machine(&failed("No such file or directory (os error 2)")));
        assert!(may_be_the_machine(&failed("killed after 20 s; deadlock?")));
        assert!(may_be_the_machine(&failed("its supervisor was killed")));
        assert!(!may_be_the_machine(&failed("3 visitors at once; two are allowed")));
    }

    #[test]
    fn a_complaint_of_many_lines_becomes_one_with_the_cause() {
        let full = "cargo compiled nothing:\n   Compiling a v0.1.0\nerror: could not compile `a`\
                    \nerror: failed to write `x`: No space left on device (os error 28)\n";
        assert_eq!(
            no_verdict(full),
            "this machine can't judge answers: cargo compiled nothing: error: failed to write \
             `x`: No space left on device (os error 28); once that works, begin again"
        );
        let crowded = "cargo says nothing of a:\n  Compiling a\nthread 'main' panicked at b:1:1:\n\
                       failed to spawn thread: Os { code: 11, message: \"unavailable\" }";
        assert!(no_verdict(crowded).contains("a: failed to spawn thread: Os { code: 11"));
    }
}
