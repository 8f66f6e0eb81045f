//! The example as its readers meet it: from outside.

#![cfg(unix)]

use tour::manners::Example;

const IPC: Example = Example::new("ipc", env!("CARGO_BIN_EXE_ipc"));

#[test]
fn it_fits_the_screen() {
    IPC.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("pipes", "no demo `pipes`; there are round-trips, stream, numbers, ends"),
        ("stream --size 0", "--size wants a whole number from 1"),
        ("ends --workers 2", "`ends` takes no --workers"),
    ] {
        IPC.complains(arguments, complaint);
    }
}

#[test]
fn a_closed_pipe_is_success() {
    IPC.takes_a_closed_pipe_for_success("ends");
}

#[test]
fn an_interrupt_ends_it_at_once() {
    // So many round trips take some minutes.
    IPC.ends_when_interrupted("round-trips --size 10000000");
}

#[test]
fn small_limits_get_one_line_or_less_work() {
    IPC.bears_small_limits(&[]);
}
