//! The example as its readers meet it: from outside.

#![cfg(unix)]

use tour::manners::Example;

const POOLS: Example = Example::new("hybrid-pools", env!("CARGO_BIN_EXE_hybrid-pools"));

#[test]
fn it_fits_the_screen() {
    POOLS.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("ponds", "no demo `ponds`; there are count, poison, chaos"),
        ("chaos --size 0", "--size wants a whole number from 1"),
        ("count --workers none", "--workers wants a whole number from 1"),
    ] {
        POOLS.complains(arguments, complaint);
    }
}

#[test]
fn a_closed_pipe_is_success() {
    POOLS.takes_a_closed_pipe_for_success("poison");
}

#[test]
fn an_interrupt_ends_it_at_once() {
    // So many steps take far longer than it takes to interrupt them.
    POOLS.ends_when_interrupted("count --size 100000000000");
}

#[test]
fn small_limits_get_one_line_or_less_work() {
    POOLS.bears_small_limits(&[]);
}

/// The program of a demo is removed while the demo starts workers again and again.
#[cfg(target_os = "linux")]
#[test]
fn a_demo_that_fails_says_so() {
    use std::process::{Command, Output, Stdio};
    use std::{fs, thread};

    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let content = fs::read(env!("CARGO_BIN_EXE_hybrid-pools")).unwrap();
    tour::manners::write_program(&program, content);
    // The demo takes seconds, and its workers are killed many times a second.
    let mut demo = Command::new(&program)
        .args(["chaos", "--workers", "2", "--size", "5000000"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Workers are children of the threads that keep them.
    let threads = format!("/proc/{}/task", demo.id());
    let workers = || -> usize {
        let threads = fs::read_dir(&threads).into_iter().flatten().flatten();
        let children = threads.map(|thread| thread.path().join("children"));
        let children = children.map(|path| fs::read_to_string(path).unwrap_or_default());
        // A process that has only been forked so far would still have to find the program.
        let runs = |id: &str| {
            let words = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            words.split(|&byte| byte == 0).any(|word| word == b"--worker")
        };
        children.map(|ids| ids.split_whitespace().filter(|id| runs(id)).count()).sum()
    };
    while workers() < 2 {
        assert_eq!(demo.try_wait().unwrap(), None, "it has two workers first");
        thread::yield_now();
    }
    fs::remove_file(&program).unwrap();
    let Output { status, stderr, .. } = demo.wait_with_output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    // Now and then the demo says how far it is; the last thing it says is what went wrong.
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("hybrid-pools: task"), "{said}");
    assert!(last.contains("no worker is left"), "{said}");
}

#[test]
fn inherited_signals_do_not_matter() {
    POOLS.minds_no_inherited_signals("poison");
}

/// Each demo, so long that it can be interrupted in the middle.
#[cfg(target_os = "linux")]
const DEMOS: &[&str] = &[
    "count",
    "poison --size 100000000",
    "chaos --size 1000000000",
    "speed --size 1000000000",
    "hybrid",
];

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_of_any_demo() {
    use processes::manners::{is_a_choice_of_all, leaves_nothing_when_interrupted};

    assert!(is_a_choice_of_all(DEMOS, &POOLS.run("--list").stdout));
    for demo in DEMOS {
        // The demo is interrupted when it is alone, with its first worker, and with the second.
        let program = env!("CARGO_BIN_EXE_hybrid-pools");
        leaves_nothing_when_interrupted(program, demo, &[1, 2, 3]);
    }
}
