//! # The report of the night
//!
//! Chapter: processes/crashing.md
//!
//! Why: the system tells the parent how its child ended, in one number with two meanings:
//! either the child called `exit`, and there is a code, or a signal ended it, and there
//! is none. So `code()` is an `Option`, and the compiler reminds us of the second case.
//! Only code 0 says that the text is whole. What a child printed before it crashed may
//! stop anywhere, and a complaint on stderr is no failure. Nothing here panics and
//! nothing returns early, so no job depends on how another one ended.

#[cfg(unix)]
use std::os::unix::process::ExitStatusExt;

use witness::process::{Command, Output, Stdio};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Done(String),
    Failed(i32),
    Killed(i32),
    NotStarted,
}

#[cfg(unix)]
pub fn run_all(jobs: &[&[&str]]) -> Vec<Ending> {
    jobs.iter().map(|job| run(job)).collect()
}

#[cfg(unix)]
fn run(job: &[&str]) -> Ending {
    let Ok(output) = Command::new(job[0]).args(&job[1..]).output() else {
        return Ending::NotStarted;
    };
    match (output.status.code(), output.status.signal()) {
        (Some(0), _) => {
            Ending::Done(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        (Some(code), _) => Ending::Failed(code),
        (None, Some(signal)) => Ending::Killed(signal),
        (None, None) => unreachable!("who has ended has a code or a signal"),
    }
}

// ---- The checks. Leave them as they are. ----

#[cfg(not(unix))]
fn main() {
    println!("This exercise runs child processes of Unix. It needs Linux or macOS.");
}

#[cfg(unix)]
fn main() {
    let jobs: [&[&str]; 3] = [
        &["sh", "-c", "echo 1204 files saved"],
        &["sh", "-c", "echo 12 files of; exit 3"],
        &["sh", "-c", "echo 70 files of; kill -9 $$"],
    ];
    let seen = witness::for_real(move || run_all(&jobs));
    println!("{:?}", seen.value);
}

#[cfg(all(test, unix))]
mod checks {
    use super::*;
    use Ending::{Done, Failed, Killed, NotStarted};
    use witness::{Seen, for_real};

    fn run(jobs: &[&'static [&'static str]]) -> Seen<Vec<Ending>> {
        let jobs = jobs.to_vec();
        for_real(move || run_all(&jobs))
    }

    /// How a line of the shell ends.
    fn end_of(line: &'static str) -> Ending {
        let seen = for_real(move || run_all(&[&["sh", "-c", line]]));
        assert_eq!(seen.value.len(), 1, "endings of one job");
        seen.value[0].clone()
    }

    #[test]
    fn a_good_end_has_a_result() {
        let done = |text: &str| Done(text.into());
        assert_eq!(end_of("echo 7 files; echo saved"), done("7 files\nsaved\n"));
        assert_eq!(end_of("true"), done(""), "it printed nothing, and ended well");
        assert_eq!(
            end_of("echo the disk is slow >&2; echo saved"),
            done("saved\n"),
            "it complained, and ended well: its exit code is 0"
        );
    }

    #[test]
    fn a_bad_end_has_a_code() {
        assert_eq!(end_of("exit 3"), Failed(3), "this job: exit 3");
        assert_eq!(
            end_of("echo 12 files of; exit 1"),
            Failed(1),
            "it printed half a line and gave up with exit code 1: that is no result"
        );
        assert_eq!(
            end_of("exit 137"),
            Failed(137),
            "it ended by itself, with exit code 137; no signal killed it"
        );
    }

    #[test]
    fn a_signal_is_told() {
        for (line, signal) in [("kill -9 $$", 9), ("echo 70 files of; kill -15 $$", 15)] {
            assert_eq!(
                end_of(line),
                Killed(signal),
                "`{line}`: a signal ended it; `code()` is `None` then, `signal()` is not"
            );
        }
    }

    #[test]
    fn the_others_are_run() {
        let seen = run(&[
            &["sh", "-c", "exit 1"],
            &["there-is-no-such-program", "--fast"],
            &["sh", "-c", "kill -9 $$"],
            &["echo", "saved"],
        ]);
        assert_eq!(
            seen.value,
            [Failed(1), NotStarted, Killed(9), Done("saved\n".into())],
            "four jobs: one fails, one doesn't exist, one is killed, and one is well"
        );
        assert_eq!(seen.children, 3, "children for the three jobs that can be started");
        assert_eq!(seen.unreaped, 0, "children that nobody has waited for");
    }
}
