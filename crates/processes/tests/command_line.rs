//! The example as its readers meet it: from a shell.

#![cfg(unix)]

use tour::manners::Example;

const PROCESSES: Example = Example::new("processes", env!("CARGO_BIN_EXE_processes"));

#[test]
fn it_fits_the_screen() {
    PROCESSES.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("strat", "no demo `strat`; there are start, grow, memory"),
        ("footprint --workers 0", "--workers wants a whole number from 1 on, not `0`"),
        ("crash --size 3", "`crash` takes no --size"),
    ] {
        PROCESSES.complains(arguments, complaint);
    }
}

#[test]
fn nobody_is_a_worker_by_hand() {
    let output = PROCESSES.run("--worker squares");
    assert_eq!(output.status.code(), Some(2));
    let complaint = String::from_utf8_lossy(&output.stderr);
    let expected = "--worker is for workers, which the program starts by itself: ";
    assert!(complaint.starts_with(expected), "{complaint}");
    assert_eq!(complaint.lines().count(), 1);
}

#[test]
fn a_demo_takes_what_it_is_given() {
    let output = PROCESSES.run("orphans --workers 3");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("3 live on"));
}

#[test]
fn a_closed_pipe_is_success() {
    PROCESSES.takes_a_closed_pipe_for_success("start --size 1");
}

#[test]
fn inherited_signals_do_not_matter() {
    PROCESSES.minds_no_inherited_signals("start --size 1");
}

#[test]
fn an_interrupt_ends_it_at_once() {
    // So many numbers take far longer than the test does.
    PROCESSES.ends_when_interrupted("divide --size 100000000000");
}

#[test]
fn small_limits_get_one_line_or_less_work() {
    PROCESSES.bears_small_limits(&[]);
}

/// Each demo, with options that make it long enough to be interrupted in the middle.
#[cfg(target_os = "linux")]
const DEMOS: &[&str] = &[
    "start --size 10000",
    "grow",
    "memory",
    "footprint",
    "divide --size 100000000000",
    "crash",
    "stop",
    "orphans --workers 100",
    "tree --workers 100",
    "print",
];

/// Even a program that ends as soon as it has begun gets a Ctrl-C before.
#[cfg(target_os = "linux")]
#[test]
fn what_ends_at_once_is_interrupted_before() {
    processes::manners::leaves_nothing_when_interrupted("/bin/echo", "a word", &[]);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_of_any_demo() {
    use processes::manners::{is_a_choice_of_all, leaves_nothing_when_interrupted};

    assert!(is_a_choice_of_all(DEMOS, &PROCESSES.run("--list").stdout));
    for demo in DEMOS {
        // The moments: the program alone, with its first child, and with several.
        let program = env!("CARGO_BIN_EXE_processes");
        leaves_nothing_when_interrupted(program, demo, &[1, 2, 5]);
    }
}
