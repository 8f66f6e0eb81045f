//! Signals that whoever started `cargo book` ignores or blocks.

#![cfg(unix)]

mod fixture;

use std::process::Command;

use fixture::Fixture;

#[test]
fn inherited_signals_do_not_matter() {
    let fixture = Fixture::new();
    let mut record = Command::new(env!("CARGO_BIN_EXE_bookbinder"));
    record.args(["record", "--fresh"]).current_dir(fixture.root());
    tour::signals::spoil(&mut record);
    let output = record.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
