//! What criterion can't measure. A module for each group, which has its name.

mod frames;
mod noise;
mod python_squares;
mod speedup;
mod visibility;
mod waiting;

use std::process::ExitCode;

fn main() -> ExitCode {
    benches::main(&[
        ("noise", noise::observe),
        ("speedup", speedup::observe),
        ("visibility", visibility::observe),
        ("waiting", waiting::observe),
        ("frames", frames::observe),
        ("python_squares", python_squares::observe),
    ])
}
