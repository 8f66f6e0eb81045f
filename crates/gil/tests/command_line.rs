//! The example as its readers meet it: from outside.

use tour::manners::Example;

const GIL: Example = Example::new("gil", env!("CARGO_BIN_EXE_gil"));

#[test]
fn it_fits_the_screen() {
    GIL.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        (
            "tick",
            "no demo `tick`; there are listing, threads, lanes, pages, native, echo",
        ),
        ("threads --size 0", "--size wants a whole number from 1"),
        ("lanes --workers 2", "`lanes` takes no --workers"),
    ] {
        GIL.complains(arguments, complaint);
    }
}

#[test]
fn a_closed_pipe_is_success() {
    GIL.takes_a_closed_pipe_for_success("listing");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_at_once() {
    // So many turns take minutes, long enough to be interrupted on any machine.
    GIL.ends_when_interrupted("threads --size 1000000000");
}

#[cfg(unix)]
#[test]
fn small_limits_get_one_line_or_less_work() {
    GIL.bears_small_limits(&["unlocked --workers 61"]);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_of_any_demo() {
    use processes::manners::{demos, leaves_nothing_when_interrupted};

    for demo in demos(&GIL.run("--list").stdout) {
        let program = env!("CARGO_BIN_EXE_gil");
        leaves_nothing_when_interrupted(program, &demo, &[1, 2]);
    }
}
