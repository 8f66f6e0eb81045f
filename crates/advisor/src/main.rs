//! Watches a program run and says what would make it faster. `--help` says how to call it.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    advisor::command::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!(
        "advisor: this needs Linux, whose /proc shows what threads do; the Windows Subsystem for Linux and Linux \
         containers have it"
    );
    ExitCode::from(2)
}
