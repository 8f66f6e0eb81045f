//! # The report of the night
//!
//! Chapter: processes/crashing.md
//!
//! Every night a machine runs its jobs: a backup, a report, a cleanup. Each runs in a
//! child process of its own, so that one that crashes leaves the others alone. In the
//! morning somebody wants to know how each of them ended.
//!
//! Run all jobs, one after the other (the next one starts when the one before has ended),
//! and return one `Ending` for each, in their order. A job is a list of words: the
//! program, and then its arguments.
//!
//! * `Done(text)`: it ended well, with exit code 0; the text is all that it printed to
//!   its stdout, however much that is, and what is no text becomes `�`, as
//!   `from_utf8_lossy` does it. What it complained about on stderr doesn't matter.
//! * `Failed(code)`: it ended with another exit code.
//! * `Killed(signal)`: a signal ended it. Then there is no exit code.
//! * `NotStarted`: it could not even be started.
//!
//! The constraint: whatever happens to one job, the others are run, and you wait for the
//! end of each child. (This exercise needs Unix: other systems have no signals.)
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
    use Told::{Done, Failed, Killed, NotStarted};
    use witness::{Seen, for_real_or_explain};

    /// An `Ending`, compared part by part.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Told {
        Done(String),
        Failed(i32),
        Killed(i32),
        NotStarted,
    }

    fn told(ending: Ending) -> Told {
        match ending {
            Ending::Done(text) => Done(text),
            Ending::Failed(code) => Failed(code),
            Ending::Killed(signal) => Killed(signal),
            Ending::NotStarted => NotStarted,
        }
    }

    fn run(jobs: &[&'static [&'static str]]) -> Seen<Vec<Told>> {
        let jobs = jobs.to_vec();
        let no_end = "these jobs print something, and end. What do you wait for? A child that \
                      prints more than a pipe holds waits until somebody reads";
        let told = move || run_all(&jobs).into_iter().map(told).collect();
        let seen = for_real_or_explain(no_end, told);
        assert_eq!(seen.unreaped, 0, "children that nobody has waited for");
        seen
    }

    /// How a line of the shell ends.
    fn end_of(line: &'static str) -> Told {
        let seen = run(&[Box::leak(Box::new(["sh", "-c", line]))]);
        assert_eq!(seen.value.len(), 1, "endings of one job");
        seen.value[0].clone()
    }

    fn done(text: &str) -> Told {
        Done(text.into())
    }

    #[test]
    fn a_good_end_has_a_result() {
        assert_eq!(end_of("echo 7 files; echo saved"), done("7 files\nsaved\n"));
        assert_eq!(end_of("true"), done(""), "it printed nothing, and ended well");
        assert_eq!(
            end_of("echo the disk is slow >&2; echo saved"),
            done("saved\n"),
            "it complained, and ended well: its exit code is 0"
        );
        assert_eq!(
            end_of("printf '7 caf\\351s'"),
            done("7 caf\u{FFFD}s"),
            "it printed a byte that is no text, and ended well"
        );
        assert_eq!(
            end_of("printf '7 caf\\303\\251s'"),
            done("7 caf\u{e9}s"),
            "it printed a letter of two bytes, and ended well"
        );
        assert_eq!(
            end_of("printf '\\n\\t7 files \\n\\n'"),
            done("\n\t7 files \n\n"),
            "all that it printed is its text, also the space around"
        );
        assert_eq!(
            end_of("printf '7 files\\r\\n'"),
            done("7 files\r\n"),
            "all that it printed is its text, as it is"
        );
        assert_eq!(
            end_of("echo the disk is slow >&2"),
            done(""),
            "it complained, printed nothing to its stdout, and ended well"
        );
        assert_eq!(
            end_of("echo half; exec >&-; sleep 0.1"),
            done("half\n"),
            "it closed its stdout, went on, and ended well"
        );
    }

    #[test]
    fn a_long_text_comes_whole() {
        for (line, word, lines) in [
            ("yes saved | head -n 50000", "saved", 50_000),
            ("yes sav\u{e9} | head -n 50000", "sav\u{e9}", 50_000),
            ("yes it is late | head -n 50000 >&2; echo saved", "saved", 1),
        ] {
            let Done(text) = end_of(line) else {
                panic!("`{line}` ends well: its exit code is 0");
            };
            let came = text.lines().filter(|line| *line == word).count();
            assert_eq!(
                came, lines,
                "lines of {lines} that `{line}` has printed to its stdout"
            );
        }
    }

    #[test]
    fn a_bad_end_has_a_code() {
        for (line, code) in [
            ("exit 3", 3),
            ("exit 1", 1),
            ("exit 2", 2),
            ("exit 126", 126),
            ("exit 255", 255),
        ] {
            assert_eq!(end_of(line), Failed(code), "this job: {line}");
        }
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
        assert_eq!(
            end_of("there-is-no-such-program 2> /dev/null"),
            Failed(127),
            "the shell was started; it found no such program, and ended with exit code 127"
        );
        assert_eq!(
            end_of("exec >&-; sleep 0.1; exit 4"),
            Failed(4),
            "it closed its stdout first, went on, and ended with exit code 4"
        );
    }

    #[test]
    fn a_signal_is_told() {
        for (line, signal) in [
            ("kill -9 $$", 9),
            ("echo 70 files of; kill -15 $$", 15),
            ("kill -6 $$", 6),
            ("kill -1 $$", 1),
        ] {
            assert_eq!(
                end_of(line),
                Killed(signal),
                "`{line}`: a signal ended it; `code()` is `None` then, `signal()` is not"
            );
        }
    }

    #[test]
    fn each_word_is_an_argument() {
        let words =
            run(&[&["printf", "%s|", "two words", "$HOME", ";", "exit 3", "*", ""]]);
        assert_eq!(
            words.value,
            [done("two words|$HOME|;|exit 3|*||")],
            "`printf` prints each of its arguments, with a line behind it"
        );
    }

    #[test]
    fn the_others_are_run() {
        let seen = run(&[
            &["sh", "-c", "exit 1"],
            &["there-is-no-such-program", "--fast"],
            &["sh", "-c", "kill -9 $$"],
            &["/"],
            &["echo", "saved"],
        ]);
        assert_eq!(
            seen.value,
            [Failed(1), NotStarted, Killed(9), NotStarted, done("saved\n")],
            "five jobs: one fails, one doesn't exist, one is killed, one is a folder, and one \
             is well"
        );
        assert_eq!(seen.children, 3, "children for the three jobs that can be started");
        let far_too_long: &'static str = "x".repeat(200_000).leak();
        let seen = run(&[
            &["echo", "one"],
            &["/dev/null/backup"],
            Box::leak(Box::new(["echo", far_too_long])),
            &["echo", "a\0b"],
            &["echo", "two"],
        ]);
        assert_eq!(
            seen.value,
            [done("one\n"), NotStarted, NotStarted, NotStarted, done("two\n")],
            "five jobs, of which three can't be started: one lies in a folder that is none, the next \
             one's word has 200,000 letters, which is more than the system takes, and in the last \
             one's word there is a zero"
        );
        assert_eq!(run(&[]).value, [], "no jobs at all");
    }

    #[test]
    fn one_runs_after_the_other() {
        let seen = run(&[&["echo", "one"], &["sh", "-c", "exit 2"], &["echo", "three"]]);
        assert_eq!(seen.value, [done("one\n"), Failed(2), done("three\n")], "three jobs");
        assert_eq!(
            seen.children_at_once, 1,
            "children at once (left; each counts until it is waited for)"
        );
    }
}
