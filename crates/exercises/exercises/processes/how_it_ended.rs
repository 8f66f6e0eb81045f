//! # The report of the night
//!
//! Chapter: processes/crashing.md
//!
//! Every night a machine runs its jobs: a backup, a report, a cleanup. Each runs in a
//! child process of its own, so that one that crashes leaves the others alone. In the
//! morning somebody wants to know how each of them ended.
//!
//! Run all jobs, one after the other, and return one `Ending` for each, in their order. A
//! job is a list of words: the program, and then its arguments.
//!
//! * `Done(text)`: it ended well, with exit code 0; the text is all that it printed to
//!   its stdout. What it complained about on stderr doesn't matter.
//! * `Failed(code)`: it ended with another exit code.
//! * `Killed(signal)`: a signal ended it. Then there is no exit code.
//! * `NotStarted`: it could not even be started.
//!
//! The constraint: whatever happens to one job, the others are run, and you wait for the
//! end of each child. (This exercise needs Unix: other systems have no signals.)

// With this trait, an `ExitStatus` has `signal()`, an `Option<i32>`, beside `code()`.
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
    let mut endings = Vec::new();
    for job in jobs {
        // Starts the program, waits for its end, and keeps what it printed.
        let output: Output = Command::new(job[0]).args(&job[1..]).output().unwrap();
        // TODO: Not every end is a good one. What does `output.status` say?
        endings.push(Ending::Done(String::from_utf8_lossy(&output.stdout).into_owned()));
    }
    endings
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
