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

/// How many times more a solution is tried that has failed as a control.
const MORE_TRIES: usize = 2;

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
    let place = Place { notebook: None, ..place.beside("controls") };
    let is_control = |name: &str| controls.values().any(|control| control == name);
    let mut second = try_again(again, is_control, |answers| {
        trials::try_all(set, &place, answers).map_err(no_verdict)
    })?;
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

/// Tries all of these answers, and then some of them a few times more: a machine that was busy for a moment is no reason to
/// give up the verdicts on a whole class.
fn try_again(
    mut answers: BTreeMap<String, String>,
    is_control: impl Fn(&str) -> bool,
    mut try_all: impl FnMut(
        &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, Verdict>, String>,
) -> Result<BTreeMap<String, Verdict>, String> {
    let mut verdicts = try_all(&answers)?;
    for _ in 0..MORE_TRIES {
        answers.retain(|name, _| match verdicts.get(name) {
            Some(verdict) if is_control(name) => !verdict.passed(),
            // Other answers may take until a time limit each time.
            Some(Verdict::DoesNotCompile(said)) => !points_into_code(said),
            _ => false,
        });
        if answers.is_empty() {
            break;
        }
        verdicts.extend(try_all(&answers)?);
    }
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
pub(crate) fn may_be_the_machine(verdict: &Verdict) -> bool {
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

/// That there is no verdict, in one line.
pub(crate) fn no_verdict(cause_of_it: impl Into<String>) -> String {
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
    fn a_moment_in_which_the_machine_fails_goes_by() {
        let tried = |outcome, words: &str| {
            let (name, message) = ("a".into(), words.into());
            Verdict::Tried(vec![Check { name, outcome, message }])
        };
        let failed = |words| tried(Outcome::Failed, words);
        let answers = ["control", "unlinked", "wrong", "hung"]
            .map(|name| (name.into(), String::new()));
        let mut tries = Vec::new();
        let verdicts = try_again(
            answers.into(),
            |name| name == "control",
            |answers| {
                tries.push(answers.keys().cloned().collect::<Vec<_>>().join(" "));
                let verdict = |name: &String| match name.as_str() {
                    "wrong" => refused("error[E0425]: no `x`\n --> src/a.rs:3:5\n"),
                    "hung" => failed("killed after 20 s; deadlock?"),
                    "unlinked" if tries.len() == 1 => refused("error: linking failed"),
                    "control" if tries.len() < 3 => failed("nobody came"),
                    _ => tried(Outcome::Passed, ""),
                };
                Ok(answers.keys().map(|name| (name.clone(), verdict(name))).collect())
            },
        );
        assert_eq!(tries, ["control hung unlinked wrong", "control unlinked", "control"]);
        let verdicts = verdicts.unwrap();
        let passed = |name: &str| verdicts[name].passed();
        assert!(passed("control") && passed("unlinked"), "{verdicts:?}");
        assert!(!passed("wrong") && !passed("hung"), "{verdicts:?}");
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
