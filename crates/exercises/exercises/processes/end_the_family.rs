//! # The whole family
//!
//! Chapter: processes/tree.md
//!
//! A build server runs the commands of its users, each within a limit of time. It kills
//! those that are late. Still, in the evening the machine is full of compilers that
//! nobody waits for: a command starts others, and only the first of them was killed.
//!
//! `run` starts the command. Has it *ended by itself* before `patience` is over, with
//! whatever exit code? Then return true, as soon as you know. If not, end it, *and
//! everybody that it has started*, and return false.
//!
//! The constraint: when you return, no child of yours is left, not even as a zombie. Of a
//! command that was late, nothing that it has started is left, either. A command that
//! ends in time is not killed. (You may trust that it leaves nobody behind.)
//!
//! `Command::process_group(0)` lets a child lead a process group of its own, which its
//! children are born into. `Child::kill_group()` ends whoever is in there; it refuses when
//! somebody has waited for the child already, since its number may be another's then. It is
//! fine to look, sleep for some milliseconds, and look again. (This exercise needs Unix.)

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            // TODO: This kills the command. What about those that it has started?
            child.kill().expect("it is our child");
            child.wait().expect("it was killed");
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

// ---- The checks. Leave them as they are. ----

fn main() {
    if cfg!(not(unix)) {
        println!("This exercise runs child processes of Unix. It needs Linux or macOS.");
        return;
    }
    let seen = witness::for_real(|| {
        let quick = run(shell("exit 3"), std::time::Duration::from_secs(60));
        let late = run(shell("sleep 3 & wait"), std::time::Duration::from_millis(100));
        (quick, late)
    });
    let (quick, late) = seen.value;
    println!("in time: {quick}; one that is late: {late}");
    println!(
        "{} children, {} killed, {} left",
        seen.children, seen.killed, seen.unreaped
    );
}

/// A command: a line for the shell.
fn shell(line: &str) -> witness::process::Command {
    let mut shell = witness::process::Command::new("sh");
    shell
        .args(["-c", line])
        .stdin(witness::process::Stdio::null())
        .stdout(witness::process::Stdio::null());
    shell
}

#[cfg(all(test, unix))]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use std::fs;
    use std::io::Read;
    use std::path::PathBuf;
    use std::time::Instant;

    use super::*;
    use std::time::Duration;
    use witness::process::Command;
    use witness::thread;
    use witness::{Seen, for_real_or_explain};

    /// Any command that ends does it in much less.
    const LONG: Duration = Duration::from_secs(24 * 60 * 60);

    /// A command that doesn't end won't do it later, either.
    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn who_ends_in_time_is_not_killed() {
        for line in
            ["true", "exit 3", "sleep 2", "sleep 0.2 & wait; exit 1", "kill -15 $$"]
        {
            let seen = for_real_or_explain(
                "the command has ended, and you still wait: do you sleep until your patience, \
                 or a part of it, is over?",
                move || run(shell(line), LONG),
            );
            assert!(seen.value, "`{line}` ended in time, however it did");
            assert_eq!(
                seen.killed, 0,
                "children killed, although the only one has ended: `{line}`"
            );
            assert_eq!(seen.children, 1, "children for one command");
            assert_eq!(
                seen.unreaped, 0,
                "children that have ended and nobody waited for"
            );
        }
    }

    #[test]
    fn who_is_late_is_ended_and_waited_for() {
        for patience in [Duration::ZERO, SHORT] {
            let seen = for_real_or_explain(
                "this command sleeps, and your patience is over: what do you wait for?",
                move || run(shell("exec sleep 20"), patience),
            );
            assert!(!seen.value, "it was late, and you say that it ended by itself");
            assert_eq!(
                seen.children, 1,
                "children: a command is started, however short the patience is"
            );
            assert_eq!(
                seen.unreaped, 0,
                "children that were killed and nobody has waited for: zombies"
            );
        }
    }

    #[test]
    fn nobody_is_left_of_its_family() {
        for line in [
            "sleep 20 & wait",
            "sleep 20 & (sleep 20 & sleep 20) & wait",
            "sleep 20 & exec sleep 20",
            "trap '' HUP INT TERM; sleep 20 & sleep 20 & sleep 20",
            "sh -c 'sh -c \"sleep 20; true\"; true'; true",
        ] {
            let seen: Seen<bool> = for_real_or_explain(
                "you have returned, and somebody that the command has started lives on: who \
                 was killed?",
                move || {
                    // All of the family hold the writing end. It closes when the last has gone.
                    let (mut held, holds) = std::io::pipe().expect("there is a pipe");
                    let mut command = shell(line);
                    command.stderr(holds);
                    let in_time = run(command, Duration::from_millis(200));
                    held.read_to_end(&mut Vec::new()).expect("it can be read");
                    in_time
                },
            );
            assert!(
                !seen.value,
                "`{line}` was late, and you say that it ended by itself"
            );
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
                run(shell(&job), LONG)
            })
        });
        assert!(seen.value, "the command ended by itself");
    }

    #[test]
    fn sleeps_between_two_looks() {
        let seen =
            for_real_or_explain("this command sleeps for a second, and ends", || {
                let before = witness::sleeps();
                let in_time = run(shell("exec sleep 1"), LONG);
                (in_time, witness::looks(), witness::sleeps() - before)
            });
        let (in_time, looks, sleeps) = seen.value;
        assert!(in_time, "the command ended by itself");
        assert!(
            looks < 10 * sleeps + 100,
            "in one second you looked {looks} times and slept {sleeps} times: that keeps a core \
             busy all the time"
        );
    }

    #[test]
    fn patience_is_no_number_of_whole_seconds() {
        for (line, millis) in [("true", 60), ("true", 900), ("sleep 1.5", 1_950)] {
            // On a busy machine, a command may be late. It gets three tries, and five seconds of them.
            let begin = Instant::now();
            let again =
                |tries: &usize| *tries < 3 || begin.elapsed() < Duration::from_secs(5);
            let in_time = (0..).take_while(again).any(|_| {
                let patience = Duration::from_millis(millis);
                let no_end = "this command ends soon";
                for_real_or_explain(no_end, move || run(shell(line), patience)).value
            });
            assert!(
                in_time,
                "`{line}` is late each time, with a patience of {millis} ms"
            );
        }
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(Command, Duration) -> bool = run;
}
