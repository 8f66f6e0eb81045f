//! # The whole family
//!
//! Chapter: processes/tree.md
//!
//! Why: a signal to a process goes to that process. Its children are born into its group,
//! so a group of its own holds the whole family, and nobody else: in ours, the signal
//! would end us, too. The group has the number of the process that leads it. So it has to
//! be killed before `wait` gives that number back to the system.

use std::time::{Duration, Instant};

use witness::process::Command;

pub fn run(mut command: Command, patience: Duration) -> bool {
    let begin = Instant::now();
    let mut child = command.process_group(0).spawn().expect("it can be started");
    while child.try_wait().expect("we may look").is_none() {
        if begin.elapsed() >= patience {
            child.kill_group().expect("it leads a group");
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
        let quick = run(shell("exit 3"), Duration::from_secs(60));
        let late = run(shell("sleep 3 & wait"), Duration::from_millis(100));
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
fn shell(line: &str) -> Command {
    use witness::process::Stdio;

    let mut shell = Command::new("sh");
    shell.args(["-c", line]).stdin(Stdio::null()).stdout(Stdio::null());
    shell
}

#[cfg(all(test, unix))]
mod checks {
    use std::io::Read;

    use super::*;
    use witness::{Seen, for_real_or_explain};

    /// Any command that ends does it in less.
    const LONG: Duration = Duration::from_secs(60);

    /// A command that doesn't end won't do it later, either.
    const SHORT: Duration = Duration::from_millis(50);

    #[test]
    fn who_ends_in_time_is_not_killed() {
        let seen = for_real_or_explain(
            "the command has ended, and you still wait: do you sleep until your patience \
             is over?",
            || run(shell("exit 3"), LONG),
        );
        assert!(seen.value, "it ended in time, whatever its exit code");
        assert_eq!(seen.killed, 0, "children killed, although the only one has ended");
        assert_eq!(seen.unreaped, 0, "children that have ended and nobody waited for");
    }

    #[test]
    fn who_is_late_is_ended_and_waited_for() {
        let seen = for_real_or_explain(
            "this command sleeps, and your patience is over: what do you wait for?",
            || run(shell("exec sleep 20"), SHORT),
        );
        assert!(!seen.value, "it was late, and you say that it ended by itself");
        assert_eq!(
            seen.unreaped, 0,
            "children that were killed and nobody has waited for: zombies"
        );
    }

    #[test]
    fn nobody_is_left_of_its_family() {
        let seen: Seen<bool> = for_real_or_explain(
            "you have returned, and somebody that the command has started lives on: who \
             was killed?",
            || {
                // All of the family hold the writing end. It closes when the last has gone.
                let (mut held, holds) = std::io::pipe().expect("there is a pipe");
                let mut command = shell("sleep 20 & (sleep 20 & sleep 20) & wait");
                command.stderr(holds);
                let in_time = run(command, SHORT);
                held.read_to_end(&mut Vec::new()).expect("it can be read");
                in_time
            },
        );
        assert!(!seen.value, "it was late, and you say that it ended by itself");
        assert_eq!(seen.unreaped, 0, "children that nobody has waited for: zombies");
    }
}
