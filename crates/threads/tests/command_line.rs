//! The example as its readers meet it: from outside.

use std::process::{Command, Output, Stdio};

fn threads(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_threads"));
    command
        .args(arguments.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn lines(bytes: &[u8]) -> Vec<&str> {
    std::str::from_utf8(bytes).unwrap().lines().collect()
}

#[test]
fn the_whole_tour_fits_two_screens_of_eighty_columns() {
    let Output { status, stdout, stderr } = threads("").output().unwrap();
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    assert_eq!(lines(&stderr), [""; 0]);
    let lines = lines(&stdout);
    assert!(lines.len() <= 60, "{} lines", lines.len());
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn list_and_help_fit_eighty_columns() {
    for arguments in ["--list", "--help"] {
        let output = threads(arguments).output().unwrap();
        assert!(output.status.success());
        for line in lines(&output.stdout) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}

#[test]
fn every_mistake_gets_one_line_on_stderr_and_exit_code_2() {
    for (arguments, complaint) in [
        ("strat", "threads: no demo `strat`; there are start, panic, share"),
        (
            "start --workers 0",
            "threads: --workers wants a whole number from 1 on, not `0`",
        ),
        ("start --size x", "threads: --size wants a whole number from 1 on, not `x`"),
        ("panic --size 3", "threads: `panic` takes no --size"),
    ] {
        let Output { status, stdout, stderr } = threads(arguments).output().unwrap();
        assert_eq!(status.code(), Some(2), "{arguments}");
        assert_eq!(lines(&stdout), [""; 0]);
        assert_eq!(lines(&stderr).len(), 1, "{arguments}");
        assert!(lines(&stderr)[0].starts_with(complaint), "{:?}", lines(&stderr));
    }
}

#[test]
fn a_demo_takes_what_it_is_given() {
    let output = threads("start --workers 3 --size 2,000").output().unwrap();
    assert!(output.status.success());
    assert!(lines(&output.stdout).iter().any(|line| line.contains("in 3 threads")));
}

#[test]
fn a_closed_pipe_is_success() {
    let mut child = threads("start").spawn().unwrap();
    // Closed before the demo has anything to say.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(lines(&output.stderr), [""; 0]);
}

/// Ctrl-C ends the tour at once, and says nothing.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once() {
    use std::io::{BufRead, BufReader};
    use std::os::unix::process::ExitStatusExt;

    if interrupts_are_ignored() {
        eprintln!(
            "not tested: whoever started these tests ignores interrupts, as `nohup` and a shell's `&` do"
        );
        return;
    }
    // So many numbers take a minute or so.
    let mut child = threads("divide --size 100000000000").spawn().unwrap();
    // Not every system has a program `kill`; every shell does.
    let kill = format!("kill -INT {}", child.id());
    let killed = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(killed.success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(2), "{status}");
    let said = BufReader::new(child.stderr.take().unwrap()).lines().count();
    assert_eq!(said, 0);
}

/// Whether this process ignores SIGINT, which its children inherit. Only Linux tells
/// without asking the C library.
#[cfg(unix)]
fn interrupts_are_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & (1 << 1) != 0)
}
