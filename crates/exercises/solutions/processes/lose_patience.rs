//! # An end to patience
//!
//! Chapter: processes/stopping.md
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
    let mut answer = String::new();
    child.stdout.take()?.read_to_string(&mut answer).ok()?;
    Some(answer)
}

// ---- The checks. Leave them as they are. ----

fn main() {
    if cfg!(not(unix)) {
        println!("This exercise runs child processes of Unix. It needs Linux or macOS.");
        return;
    }
    let seen = witness::for_real(|| {
        let quick = ask("echo necessary", Duration::from_secs(60));
        let silent = ask("exec sleep 3", Duration::from_millis(100));
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
mod checks {
    use super::*;
    use witness::{Seen, for_real_or_explain};

    /// Any child that answers does it in less.
    const LONG: Duration = Duration::from_secs(60);

    /// A child that doesn't answer won't do it later, either.
    const SHORT: Duration = Duration::from_millis(50);

    fn run(job: &'static str, patience: Duration, no_end: &str) -> Seen<Option<String>> {
        for_real_or_explain(no_end, move || ask(job, patience))
    }

    #[test]
    fn an_answer_is_returned_at_once() {
        let seen = run(
            "echo necessary",
            LONG,
            "the answer was there at once, and you still wait: do you sleep until your \
             patience is over?",
        );
        assert_eq!(seen.value.as_deref(), Some("necessary\n"), "the answer");
        assert_eq!(seen.killed, 0, "children killed, although the only one has answered");
        assert_eq!(seen.unreaped, 0, "children that have answered and nobody waited for");
    }

    #[test]
    fn a_silent_child_is_killed_and_waited_for() {
        let seen = run(
            "exec sleep 1000",
            SHORT,
            "this child sleeps for 1000 seconds, and your patience is over after 0.05: \
             what do you wait for?",
        );
        assert_eq!(seen.value, None, "the answer of a child that prints nothing");
        assert_eq!(seen.killed, 1, "children killed: this one would sleep on");
        assert_eq!(
            seen.unreaped, 0,
            "children that were killed and nobody has waited for: zombies"
        );
    }

    #[test]
    fn the_end_of_its_output_is_not_its_end() {
        let seen = run(
            "echo neces; exec sleep 1000 >&-",
            SHORT,
            "this child prints half an answer, closes its stdout, and sleeps: after the \
             end of its output, what do you wait for, and how long?",
        );
        assert_eq!(seen.value, None, "half an answer, from a child that has not ended");
        assert_eq!(seen.killed, 1, "children killed: this one would sleep on");
        assert_eq!(seen.unreaped, 0, "children that nobody has waited for: zombies");
    }
}
