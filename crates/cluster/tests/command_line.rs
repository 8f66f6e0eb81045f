//! The example as its readers meet it: from outside.

use tour::manners::Example;

const CLUSTER: Example = Example::new("cluster", env!("CARGO_BIN_EXE_cluster"));

#[test]
fn it_fits_the_screen() {
    CLUSTER.fits_the_screen();
}

#[test]
fn every_mistake_gets_one_line() {
    for (arguments, complaint) in [
        ("clouds", "no demo `clouds`; there are squares, primes"),
        ("squares --size 0", "--size wants a whole number from 1"),
        ("trips --workers 3", "`trips` takes no --workers"),
    ] {
        CLUSTER.complains(arguments, complaint);
    }
}

#[test]
fn a_closed_pipe_is_success() {
    CLUSTER.takes_a_closed_pipe_for_success("trips");
}
