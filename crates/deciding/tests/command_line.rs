//! The example as its readers meet it: from outside.

#![cfg(unix)]

use tour::manners::Example;

const DECIDING: Example = Example::new("deciding", env!("CARGO_BIN_EXE_deciding"));

#[test]
fn it_fits_the_screen() {
    DECIDING.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("crawl", "no demo `crawl`; there are crawler, thumbnails, simulation"),
        ("simulation --size 0", "--size wants a whole number from 1"),
        ("pipeline --workers none", "--workers wants a whole number from 1"),
    ] {
        DECIDING.complains(arguments, complaint);
    }
}

#[test]
fn a_demo_says_what_it_expects_and_what_came() {
    let output = DECIDING.run("simulation --workers 3 --size 1");
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    for part in ["predicted", "measured", "The arithmetic prefers ", "The quickest was "]
    {
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    DECIDING.takes_a_closed_pipe_for_success("simulation");
}

#[test]
fn an_interrupt_ends_it_at_once() {
    // So many cells take far longer than it takes to interrupt them.
    DECIDING.ends_when_interrupted("simulation --size 10000000");
}

#[test]
fn small_limits_get_one_line_or_less_work() {
    DECIDING.bears_small_limits(&[]);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_of_any_demo() {
    use processes::manners::{demos, leaves_nothing_when_interrupted};

    for demo in demos(&DECIDING.run("--list").stdout) {
        let program = env!("CARGO_BIN_EXE_deciding");
        leaves_nothing_when_interrupted(program, &demo, &[1, 2, 3]);
    }
}
