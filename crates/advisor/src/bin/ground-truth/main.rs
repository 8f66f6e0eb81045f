//! The ground truth for the advisor: runs small programs of known kinds in all their variants, finds out which really
//! wins, and holds against it what the advisor says of the variant that people write first.
//!
//! * [`manifest`]: which jobs there are.
//! * [`programs`]: starts them; [`rounds`] goes through all of them several times.
//! * [`record`]: what was measured and advised; [`judging`] says what the advice was worth, [`table`] shows it, and
//!   [`kept`] writes it as the book's measurements.

mod judging;
mod kept;
mod manifest;
mod programs;
mod record;
mod rounds;
mod table;

use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::{Parser, Subcommand};

use manifest::Job;
use programs::Programs;
use record::Record;

/// Runs small programs in all their variants, finds out which one wins, and holds the advisor's advice against it.
///
/// A full run takes about nine minutes. Use a quiet machine.
#[derive(Parser)]
#[command(name = "ground-truth")]
struct Request {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Run each variant so many times.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..))]
    rounds: u8,
    /// This job only; may be repeated.
    #[arg(long, value_name = "JOB", global = true)]
    only: Vec<String>,
    /// Other jobs, such as crates/advisor/jobs/held-out.
    #[arg(long, value_name = "FOLDER", global = true)]
    jobs: Option<PathBuf>,
    /// Keep what was found, as the book's measurements.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Take the times from there, and only ask the advisor anew.
    #[arg(long, value_name = "FILE")]
    times: Option<PathBuf>,
    /// Another advisor than the one beside this program.
    #[arg(long, value_name = "FILE")]
    advisor: Option<PathBuf>,
    /// Tell the advisor into how many pieces the work divides, where the job knows that.
    #[arg(long)]
    pieces: bool,
    /// Small sizes: that is quick, and the times say nothing.
    #[arg(long)]
    small: bool,
    /// Don't call cargo for the advisor and for the jobs in Rust first.
    #[arg(long, global = true)]
    no_build: bool,
}

#[derive(Clone, Subcommand)]
enum Verb {
    /// Run every variant once at a small size, and say whether all variants of each job print the same.
    Check,
    /// Show what an earlier run has kept.
    Show {
        /// What --json has written; otherwise found.json beside the jobs.
        file: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(&Request::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("ground-truth: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked for; returns whether all is well.
fn run(request: &Request) -> Result<bool, String> {
    match &request.verb {
        None => compare(request),
        Some(Verb::Check) => check(request),
        Some(Verb::Show { file }) => {
            let found = || request.jobs.clone().unwrap_or_else(scripts).join(kept::FOUND);
            let records = kept::read(&file.clone().unwrap_or_else(found))?;
            print(&(table::table(&records) + "\n" + &table::times(&records)));
            Ok(true)
        }
    }
}

/// The folder of the jobs that the advice was written for.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs")
}

/// The jobs that were asked for, and what to run them with.
fn prepare(request: &Request) -> Result<(Vec<Job>, Programs), String> {
    if !cfg!(target_os = "linux") {
        return Err("the ground truth needs Linux, as the advisor does".into());
    }
    let mut jobs = manifest::read(request.jobs.as_deref().unwrap_or(&scripts()))?;
    if let Some(unknown) =
        request.only.iter().find(|&name| !jobs.iter().any(|job| job.name == *name))
    {
        let names: Vec<_> = jobs.iter().map(|job| job.name.as_str()).collect();
        return Err(format!(
            "there is no job `{unknown}`; there are {}",
            names.join(", ")
        ));
    }
    jobs.retain(|job| request.only.is_empty() || request.only.contains(&job.name));
    if !request.no_build {
        build()?;
    }
    let advisor = request.advisor.as_deref().map(Path::canonicalize).transpose();
    let advisor = advisor.map_err(|error| format!("--advisor: {error}"))?;
    Ok((jobs, Programs::find(&scripts(), advisor)?))
}

/// Compiles the advisor and the jobs in Rust, as this program was compiled.
fn build() -> Result<(), String> {
    let mut command =
        Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["build", "--quiet", "--package", "advisor", "--bins", "--examples"]);
    if env::current_exe()
        .is_ok_and(|this| this.components().any(|part| part.as_os_str() == "release"))
    {
        command.arg("--release");
    }
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err("the advisor and its examples don't compile".into()),
        Err(error) => Err(format!("cargo: {error}; --no-build does without")),
    }
}

/// Runs everything, asks the advisor, and shows and keeps what came out.
fn compare(request: &Request) -> Result<bool, String> {
    let (jobs, programs) = prepare(request)?;
    let begin = Instant::now();
    let size = |job: &Job| request.small.then_some(job.small);
    let folder = request.jobs.clone().unwrap_or_else(scripts);
    let keep = |records: &[Record]| match &request.json {
        Some(file) => kept::write(file, &folder, records, request.small, begin.elapsed()),
        None => Ok(()),
    };
    let mut records = match &request.times {
        Some(file) => {
            let kept = kept::read(file)?;
            let known = kept.into_iter().filter_map(|record| {
                let job = jobs.iter().find(|job| job.name == record.job)?;
                Some(record.read_again(job))
            });
            known.collect()
        }
        None => rounds::measure(&programs, &jobs, request.rounds.into(), size, keep)?,
    };
    rounds::advise(&programs, &jobs, &mut records, size, request.pieces);
    print(&(table::times(&records) + "\n" + &table::table(&records)));
    keep(&records)?;
    Ok(records.iter().all(Record::has_run))
}

/// Runs every variant at its small size, and says whether all variants of each job print the same.
fn check(request: &Request) -> Result<bool, String> {
    let (jobs, programs) = prepare(request)?;
    let records =
        rounds::measure(&programs, &jobs, 1, |job| Some(job.small), |_| Ok(()))?;
    let mut well = true;
    for record in &records {
        let said = match &record.left_out {
            Some(reason) => format!("not run: {reason}"),
            None if record.failed.is_empty() => {
                format!("{} variants print the same", record.seconds.len())
            }
            None => {
                well = false;
                let failed = record.failed.iter();
                let failed =
                    failed.map(|(variant, reason)| format!("{variant}: {reason}"));
                failed.collect::<Vec<_>>().join("; ")
            }
        };
        print(&format!("{}: {said}\n", record.job));
    }
    Ok(well)
}

fn print(text: &str) {
    // Whoever doesn't want to read on is free to go.
    let _ = io::stdout().write_all(text.as_bytes());
}
