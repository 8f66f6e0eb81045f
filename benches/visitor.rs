//! A process that waits for pages, as the group `many` starts it.

use std::process::ExitCode;

fn main() -> ExitCode {
    threads::many::visitors::entry();
    eprintln!("visitor: the group `many` of the observations starts it, and nobody else");
    ExitCode::from(2)
}
