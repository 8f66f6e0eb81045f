//! The command line.

use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use crate::advise::{Told, advise};
use crate::launch::{self, End, Program};
use crate::machine::Machine;
use crate::report::{Ended, Report};
use crate::{html, watch};
use clap::Parser;

/// Watches a program run, and says whether threads, processes, both, async or neither would make it faster.
///
/// The program's input, output, signals and exit code are its own. The report is written when it has ended.
#[derive(Parser)]
#[command(name = "advisor", version, about)]
struct Arguments {
    /// Watch a process that runs already.
    #[arg(long, value_name = "PID", conflicts_with = "command")]
    pid: Option<i32>,
    /// Watch for so long only: `30s`, `500ms`, `2m`. The program goes on.
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    limit: Option<Duration>,
    /// Write the report into this file, and not to stderr.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Write it as JSON, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write it as a page, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Of how many pieces the work consists that don't need each other; 1 when each needs the one before.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pieces: Option<u64>,
    /// Where the measurements of the book are.
    #[arg(long, value_name = "FOLDER")]
    measurements: Option<PathBuf>,
    /// The program, and what it is called with.
    #[arg(trailing_var_arg = true, required_unless_present = "pid")]
    command: Vec<OsString>,
}

fn time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1e-3,
        "s" | "" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        unit => return Err(format!("`{unit}` is no unit; there are ms, s, m and h")),
    };
    let number: f64 = digits.parse().map_err(|_| format!("`{digits}` is no number"))?;
    Duration::try_from_secs_f64(number * unit)
        .map_err(|_| format!("`{text}` is no time that one could wait"))
}

/// What the program `advisor` does. To be called first in `main`, before there are threads.
pub fn main() -> ExitCode {
    tour::signals::reset();
    let arguments = Arguments::parse();
    // Not after the program has run for an hour.
    for file in
        [&arguments.report, &arguments.json, &arguments.html].into_iter().flatten()
    {
        if let Err(error) = fs::File::create(file) {
            eprintln!("advisor: {} can't be written: {error}", file.display());
            return ExitCode::from(2);
        }
    }
    let attached = arguments.pid.is_some();
    let profile = if attached { Err(String::new()) } else { watch::profile() };
    let program = match arguments.pid {
        Some(pid) => Program::attach(pid),
        None => Program::start(&arguments.command),
    };
    let program = match program {
        Ok(program) => program,
        Err(error) => {
            let name = match arguments.pid {
                Some(pid) => format!("process {pid}"),
                None => arguments.command[0].to_string_lossy().into_owned(),
            };
            eprintln!("advisor: {name} can't be watched: {error}");
            // As a shell would say it.
            return ExitCode::from(match error.kind() {
                _ if attached => 2,
                ErrorKind::NotFound => 127,
                _ => 126,
            });
        }
    };
    launch::open_more_files();
    let seen = watch::watch(&program, profile, arguments.limit, attached);
    let machine =
        Machine::read(&arguments.measurements.clone().unwrap_or_else(Machine::folder));
    let told = Told { pieces: arguments.pieces };
    let advice = advise(&seen.account, &machine, told);
    let command = match arguments.pid {
        Some(pid) => vec![format!("process {pid}")],
        None => arguments
            .command
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect(),
    };
    let ended = match seen.end {
        Some(End::Code(code)) => Ended::Code(code),
        Some(End::Signal(signal)) => Ended::Signal(signal),
        None if attached && !seen.account.running => Ended::Code(0),
        None => Ended::Running,
    };
    let report =
        Report::new(command, ended, &seen.account, &seen.recorder, advice, &machine);
    write(&arguments, &report);
    let end = if attached { None } else { seen.end.or_else(|| watch::wait(&program)) };
    launch::end_like(end)
}

/// A report that can't be written doesn't change how the program has ended.
fn write(arguments: &Arguments, report: &Report) {
    let text = report.text(100);
    match &arguments.report {
        Some(file) => save(file, text.as_bytes()),
        None => {
            // Nobody may be listening any more.
            let _ = write!(std::io::stderr(), "\n{text}");
        }
    }
    if let Some(file) = &arguments.json {
        let json = serde_json::to_string_pretty(report).unwrap_or_default();
        save(file, format!("{json}\n").as_bytes());
    }
    if let Some(file) = &arguments.html {
        save(file, html::page(report).as_bytes());
    }
}

fn save(file: &Path, text: &[u8]) {
    if let Err(error) = fs::write(file, text) {
        eprintln!("advisor: {} can't be written: {error}", file.display());
    }
}
