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

use lexopt::prelude::*;

use manifest::Job;
use programs::Programs;
use record::Record;

const HELP: &str = "\
Runs small programs in all their variants, finds out which wins, and holds the
advisor's advice against it. A full run takes eight minutes; use a quiet machine.

usage: cargo run -p advisor --bin ground-truth -- [OPTION…] [VERB]

  (no verb)        run all variants, ask the advisor, show the table
  check            run every variant once at a small size, and compare results
  show [FILE]      show what an earlier run has kept there, or in found.json
                   beside the jobs

  --rounds N       run each variant so many times (otherwise 5)
  --only NAME      this job; may be repeated
  --jobs FOLDER    other jobs, such as crates/advisor/jobs/held-out
  --json FILE      keep what was found, as the book's measurements
  --times FILE     take the times from there, and only ask the advisor anew
  --advisor FILE   another advisor than the one beside this program
  --pieces         tell the advisor into how many pieces the work divides
  --small          small sizes: quick, and the times say nothing
  --no-build       don't call cargo for the advisor and the jobs in Rust first
";

#[derive(Default)]
struct Request {
    verb: Option<String>,
    file: Option<PathBuf>,
    rounds: Option<usize>,
    only: Vec<String>,
    jobs: Option<PathBuf>,
    json: Option<PathBuf>,
    times: Option<PathBuf>,
    advisor: Option<PathBuf>,
    pieces: bool,
    small: bool,
    no_build: bool,
    help: bool,
}

fn read() -> Result<Request, lexopt::Error> {
    let mut request = Request::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => request.help = true,
            Long("rounds") => request.rounds = Some(parser.value()?.parse()?),
            Long("only") => request.only.push(parser.value()?.string()?),
            Long("jobs") => request.jobs = Some(parser.value()?.into()),
            Long("json") => request.json = Some(parser.value()?.into()),
            Long("times") => request.times = Some(parser.value()?.into()),
            Long("advisor") => request.advisor = Some(parser.value()?.into()),
            Long("pieces") => request.pieces = true,
            Long("small") => request.small = true,
            Long("no-build") => request.no_build = true,
            Value(verb) if request.verb.is_none() => request.verb = Some(verb.string()?),
            Value(file) if request.file.is_none() => request.file = Some(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(request)
}

fn main() -> ExitCode {
    let request = match read() {
        Ok(request) => request,
        Err(error) => {
            eprintln!("ground-truth: {error}; --help shows what there is");
            return ExitCode::from(2);
        }
    };
    match run(request) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("ground-truth: {problem}");
            ExitCode::from(2)
        }
    }
}

/// Does what was asked for; returns whether all is well.
fn run(request: Request) -> Result<bool, String> {
    if request.help {
        print(HELP);
        return Ok(true);
    }
    match (request.verb.as_deref(), &request.file) {
        (None, None) => compare(request),
        (Some("check"), None) => check(&request),
        (Some("show"), file) => {
            let found = || request.jobs.clone().unwrap_or_else(scripts).join(kept::FOUND);
            let records = kept::read(&file.clone().unwrap_or_else(found))?;
            print(&(table::table(&records) + "\n" + &table::times(&records)));
            Ok(true)
        }
        (Some(other), _) => Err(format!("what is `{other}`? --help shows what there is")),
        (None, Some(_)) => unreachable!("the first word is the verb"),
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

fn compare(request: Request) -> Result<bool, String> {
    let (jobs, programs) = prepare(&request)?;
    let begin = Instant::now();
    let size = |job: &Job| request.small.then_some(job.small);
    let folder = request.jobs.clone().unwrap_or_else(scripts);
    let keep = |records: &[Record]| match &request.json {
        Some(file) => kept::write(file, &folder, records, request.small, begin.elapsed()),
        None => Ok(()),
    };
    let rounds = request.rounds.unwrap_or(5);
    let mut records = match &request.times {
        Some(file) => {
            let kept = kept::read(file)?;
            let known = kept.into_iter().filter_map(|record| {
                let job = jobs.iter().find(|job| job.name == record.job)?;
                Some(record.read_again(job))
            });
            known.collect()
        }
        None => rounds::measure(&programs, &jobs, rounds, size, keep)?,
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
