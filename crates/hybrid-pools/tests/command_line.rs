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
    // So many steps take some minutes.
    POOLS.ends_when_interrupted("count --size 100000000000");
}

#[test]
fn small_limits_get_one_line_or_less_work() {
    POOLS.bears_small_limits(&[]);
}
