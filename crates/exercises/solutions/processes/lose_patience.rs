//! # An end to patience
//!
//! Chapter: processes/stopping.md
//!
//! An editor asks a program for the spelling of a word. Mostly the answer is there at
//! once. Sometimes the program hangs, and the user waits.
//!
//! `ask` starts a job, a line for the shell. The answer is all that the child prints until
//! it has *ended by itself*, with whatever exit code; that may be nothing. If it ends
//! before `patience` is over, return its answer as soon as it is there. If not, kill the
//! child and return `None`; half an answer is none.
//!
//! The constraint: when you return, there is no child left, not even a zombie. A child
//! that has answered in time is not killed. And nothing that a child does can make you
//! wait for ever: it may print nothing, or close its stdout and still go on. (But no child
//! starts another one that goes on after it.)
//!
//! `start(job)` starts the child and returns at once. No child prints more than a few
//! lines, and its pipe has room for that, so you may read it when the child has ended. It
//! is fine to look, sleep for some milliseconds, and look again. (This exercise needs
//! Unix.)
//!
//! Why: `wait` and every read of a pipe have no limit, so none of them may come before we
//! know that the child has ended. `try_wait` only looks. To look again every few
//! milliseconds costs next to nothing, and an answer is late by that much at most. `kill`
//! sends a signal and returns; `wait` then takes the child out of the system's table.
//! That `wait` may have no limit: nobody survives SIGKILL. A thread that reads would help
//! against a silent child. It doesn't help against one that closes its stdout and goes
//! on.

use std::io::Read;
use std::time::{Duration, Instant};

use witness::process::{Child, Command, Stdio};

fn start(job: &str) -> Child {
    let mut shell = Command::new("sh");
    shell.args(["-c", job]).stdin(Stdio::null()).stdout(Stdio::piped());
    shell.spawn().expect("there is a shell")
}

/// How long to sleep between two looks.
const NAP: Duration = Duration::from_millis(5);

pub fn ask(job: &str, patience: Duration) -> Option<String> {
    let begin = Instant::now();
    let mut child = start(job);
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            return None;
        }
        std::thread::sleep(NAP);
    }
    let mut answer = Vec::new();
    child.stdout.take()?.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

// ---- The checks. Leave them as they are. ----

fn main() {
    if cfg!(not(unix)) {
        println!("This exercise runs child processes of Unix. It needs Linux or macOS.");
        return;
    }
    let seen = witness::for_real(|| {
        let quick = ask("echo necessary", std::time::Duration::from_secs(60));
        let silent = ask("exec sleep 3", std::time::Duration::from_millis(100));
        (quick, silent)
    });
    let (quick, silent) = seen.value;
    println!("a quick answer: {quick:?}, a silent child: {silent:?}");
    println!(
        "{} children, {} killed, {} left",
        seen.children, seen.killed, seen.unreaped
    );
}

#[cfg(all(test, unix))]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::fs;
    use std::path::PathBuf;
    use std::time::Duration;
    use std::time::Instant;
    use witness::thread;
    use witness::{Seen, for_real_or_explain};

    /// Any child that answers does it in much less.
    const LONG: Duration = Duration::from_secs(24 * 60 * 60);

    /// A child that doesn't answer won't do it later, either.
    const SHORT: Duration = Duration::from_millis(50);

    fn run(job: &'static str, patience: Duration, no_end: &str) -> Seen<Option<String>> {
        for_real_or_explain(no_end, move || ask(job, patience))
    }

    /// The answer of a child that ends by itself, to somebody with much patience.
    #[track_caller]
    fn answers(job: &'static str, answer: &str) {
        let seen = run(
            job,
            LONG,
            "the answer is there in a moment, and you still wait: do you sleep until your \
             patience, or a part of it, is over?",
        );
        assert_eq!(seen.value.as_deref(), Some(answer), "the answer of `{job}`");
        assert_eq!(
            seen.killed, 0,
            "children killed, although the only one has answered: `{job}`"
        );
        assert_eq!(
            seen.unreaped, 0,
            "children that have answered and nobody waited for: `{job}`"
        );
    }

    #[test]
    fn an_answer_is_returned_at_once() {
        answers("echo necessary", "necessary\n");
        answers("printf 'necessary, receive'", "necessary, receive");
        answers("printf '\\n a\\nb \\n\\nc\\nd'", "\n a\nb \n\nc\nd");
    }

    #[test]
    fn an_answer_is_there_when_the_child_has_ended() {
        answers("sleep 1; echo necessary", "necessary\n");
        answers("echo neces; sleep 0.2; echo sary", "neces\nsary\n");
        answers("echo necessary; exec >&-; sleep 0.2", "necessary\n");
    }

    #[test]
    fn any_exit_code_will_do() {
        answers("echo no such word; exit 1", "no such word\n");
        answers("echo no such word; exit 255", "no such word\n");
    }

    #[test]
    fn an_answer_may_be_empty() {
        answers("true", "");
        answers("exit 3", "");
    }

    #[test]
    fn a_silent_child_is_killed_and_waited_for() {
        for patience in [SHORT, Duration::ZERO, Duration::from_millis(1500)] {
            let seen = run(
                "exec sleep 1000",
                patience,
                "this child sleeps for 1000 seconds, and your patience is over soon: what do you \
                 wait for?",
            );
            assert_eq!(seen.value, None, "the answer of a child that prints nothing");
            assert_eq!(seen.killed, 1, "children killed: this one would sleep on");
            assert_eq!(
                seen.unreaped, 0,
                "children that were killed and nobody has waited for: zombies"
            );
        }
    }

    #[test]
    fn half_an_answer_is_none() {
        for (job, millis) in [
            ("echo neces; exec sleep 1000", 200),
            // Long enough to see that the output has ended before the patience has.
            ("echo neces; exec sleep 1000 >&-", 2_000),
        ] {
            let seen = run(
                job,
                Duration::from_millis(millis),
                "this child prints half an answer, perhaps closes its stdout, and sleeps: \
                 after the end of its output, what do you wait for, and how long?",
            );
            assert_eq!(
                seen.value, None,
                "half an answer, from a child that has not ended"
            );
            assert_eq!(seen.killed, 1, "children killed: this one would sleep on");
            assert_eq!(seen.unreaped, 0, "children that nobody has waited for: zombies");
        }
    }

    /// Ends when this file is there.
    struct Signal(PathBuf);

    impl Signal {
        fn new(check: &str) -> Self {
            Self(std::env::temp_dir().join(format!("{check}-{}", std::process::id())))
        }

        /// Lets the child end: when somebody has looked so many times whether it has, or waits for it. Or
        /// after some seconds, when nobody has looked at all.
        fn after(&self, looks: usize) {
            let begin = Instant::now();
            let nobody =
                || begin.elapsed() > Duration::from_secs(5) && witness::looks() == 0;
            while witness::looks() < looks && !witness::waits_for_child() && !nobody() {
                std::thread::sleep(Duration::from_millis(2));
            }
            fs::write(&self.0, "").expect("there is room for a file");
        }
    }

    impl Drop for Signal {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    #[test]
    fn looks_again_and_again() {
        let no_end = "the child ends when you have looked some sixty times whether it has. Do you \
                      sleep for long, or longer and longer?";
        let seen = for_real_or_explain(no_end, || {
            let signal = Signal::new("looks");
            let path = signal.0.display();
            let job =
                format!("until test -e '{path}'; do sleep 0.02; done; echo necessary");
            thread::scope(|scope| {
                scope.spawn(|| signal.after(60));
                ask(&job, LONG)
            })
        });
        assert_eq!(
            seen.value.as_deref(),
            Some("necessary\n"),
            "the answer of this child"
        );
    }

    #[test]
    fn sleeps_between_two_looks() {
        let seen =
            for_real_or_explain("this child sleeps for a second, and ends", || {
                let before = witness::sleeps();
                let answer = ask("exec sleep 1", LONG);
                (answer, witness::looks(), witness::sleeps() - before)
            });
        let (answer, looks, sleeps) = seen.value;
        assert_eq!(
            answer.as_deref(),
            Some(""),
            "the answer of a child that prints nothing"
        );
        assert!(
            looks < 10 * sleeps + 100,
            "in one second you looked {looks} times and slept {sleeps} times: that keeps a core \
             busy all the time"
        );
    }

    #[test]
    fn patience_is_no_number_of_whole_seconds() {
        for (job, millis) in [
            ("echo necessary", 60),
            ("echo necessary", 900),
            ("sleep 1.5; echo necessary", 1_950),
        ] {
            // On a busy machine, a child may be late. It gets three tries, and five seconds of them.
            let begin = Instant::now();
            let again =
                |tries: &usize| *tries < 3 || begin.elapsed() < Duration::from_secs(5);
            let in_time = (0..).take_while(again).any(|_| {
                let patience = Duration::from_millis(millis);
                run(job, patience, "this child ends soon").value.is_some()
            });
            assert!(in_time, "`{job}` is late each time, with a patience of {millis} ms");
        }
    }
}
