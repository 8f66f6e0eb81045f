//! `cargo book VERB`. It measures, and lets `bookbinder` do everything else, which is compiled only then.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::{Parser, Subcommand};
use surveyor::code::project::find_root;
#[cfg(unix)]
use surveyor::running::leash;
use surveyor::running::{cargo, child};
use surveyor::say;
use surveyor::verb::{ABOUT, Measure};

#[derive(Parser)]
#[command(name = "cargo book", bin_name = "cargo book")]
struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    #[command(about = ABOUT)]
    Measure(Measure),
}

fn main() -> ExitCode {
    let words: Vec<_> = env::args_os().skip(1).collect();
    #[cfg(unix)]
    {
        tour::signals::reset();
        leash::entry();
    }
    let done = match words.first() {
        Some(verb) if verb == "measure" => {
            let CommandLine { verb: Verb::Measure(measure) } = CommandLine::parse();
            measure.run().map(|()| ExitCode::SUCCESS)
        }
        _ => hand_over(&words),
    };
    done.unwrap_or_else(|complaint| {
        say::aside(&format!("cargo book: {complaint}"));
        ExitCode::from(child::interrupted().unwrap_or(1))
    })
}

/// Lets `bookbinder` do it, and ends as it does.
fn hand_over(words: &[OsString]) -> Result<ExitCode, String> {
    let manifest = find_root()?.join("Cargo.toml");
    let mut cargo = Command::new(cargo::program());
    cargo.args(["run", "--package", "bookbinder", "--manifest-path"]).arg(manifest);
    cargo.arg("--").args(words);
    let couldn_t = |error| format!("couldn't start cargo: {error}");
    #[cfg(unix)]
    return Err(couldn_t(std::os::unix::process::CommandExt::exec(&mut cargo)));
    #[cfg(not(unix))]
    return cargo.status().map_err(couldn_t).map(|ended| match ended.code() {
        Some(0) => ExitCode::SUCCESS,
        code => ExitCode::from(code.and_then(|code| code.try_into().ok()).unwrap_or(1)),
    });
}
