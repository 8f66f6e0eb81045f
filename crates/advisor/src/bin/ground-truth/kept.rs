//! What was found as a file: the book's form of a group of measurements, and the records that it comes from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::judging::judge;
use crate::record::{Range, Record};
use crate::table::Tally;

/// The group's name, with which every id begins.
const GROUP: &str = "ground_truth";

/// Where a run's findings are looked for, in the folder of its jobs.
pub(crate) const FOUND: &str = "found.json";

/// A file of measurements, as `bookbinder` reads it, and the records.
#[derive(Serialize)]
struct Group<'a> {
    format: u32,
    group: &'static str,
    date: String,
    commit: String,
    /// The fingerprint of the jobs.
    code: String,
    quick: bool,
    seconds: f64,
    run: i64,
    machine: Machine,
    measurements: Vec<Measurement>,
    records: &'a [Record],
}

#[derive(Serialize)]
struct Machine {
    cpu: String,
    cores: usize,
    memory: u64,
    os: String,
    kernel: String,
    rustc: String,
    python: Option<String>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Measurement {
    id: String,
    unit: &'static str,
    estimate: f64,
    low: f64,
    high: f64,
    samples: usize,
    /// What each round found: in each, the job is a process of its own.
    processes: Vec<f64>,
}

impl Measurement {
    fn of(id: &str, unit: &'static str, found: Vec<f64>) -> Option<Self> {
        let samples = found.len();
        let interval = crate::record::Found::of(found.clone())?;
        Some(Self {
            id: format!("{GROUP}/{id}"),
            unit,
            estimate: interval.median,
            low: interval.low,
            high: interval.high,
            samples,
            processes: found,
        })
    }

    /// A prediction: its middle, on a scale of factors, and its ends.
    fn predicted(id: &str, Range { low, high }: Range) -> Option<Self> {
        let between = low > 0.0 && low <= high && high.is_finite();
        between.then(|| Self {
            id: format!("{GROUP}/{id}"),
            unit: "ratio",
            estimate: (low * high).sqrt().clamp(low, high),
            low,
            high,
            samples: 1,
            processes: Vec::new(),
        })
    }
}

/// Writes what was found.
///
/// # Errors
///
/// One line, when the file can't be written.
pub(crate) fn write(
    file: &Path,
    jobs: &Path,
    records: &[Record],
    quick: bool,
    taken: Duration,
) -> Result<(), String> {
    let now = jiff::Timestamp::now();
    let group = Group {
        format: 1,
        group: GROUP,
        date: now.strftime("%Y-%m-%d").to_string(),
        commit: said("git", &["rev-parse", "--short", "HEAD"]).unwrap_or_else(unknown),
        code: fingerprint(jobs)?,
        quick,
        seconds: taken.as_secs_f64().round(),
        run: now.as_second(),
        machine: machine(),
        measurements: measurements(records),
        records,
    };
    let mut text =
        serde_json::to_string_pretty(&group).map_err(|error| error.to_string())?;
    text.push('\n');
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// Reads the records of an earlier run.
///
/// # Errors
///
/// One line, when that can't be read.
pub(crate) fn read(file: &Path) -> Result<Vec<Record>, String> {
    #[derive(Deserialize)]
    struct Kept {
        records: Vec<Record>,
    }
    let of_the_file = |error: String| format!("{}: {error}", file.display());
    let text =
        fs::read_to_string(file).map_err(|error| of_the_file(error.to_string()))?;
    let kept: Kept =
        serde_json::from_str(&text).map_err(|error| of_the_file(error.to_string()))?;
    Ok(kept.records)
}

fn measurements(records: &[Record]) -> Vec<Measurement> {
    let mut all = Vec::new();
    for record in records {
        let job = &record.job;
        for variant in
            record.seconds.keys().filter(|variant| record.time(variant).is_some())
        {
            let times = record.seconds[variant].iter().flatten();
            let times = times.map(|seconds| seconds * 1e9).collect();
            all.extend(Measurement::of(&format!("time/{job}/{variant}"), "ns", times));
            let id = format!("speed-up/{job}/{variant}");
            all.extend(Measurement::of(&id, "ratio", record.speedups(variant)));
        }
        let Some(advice) = &record.advice else { continue };
        for predicted in &advice.options {
            let id = format!("predicted/{job}/{}", predicted.option);
            all.extend(
                predicted.speedup.and_then(|range| Measurement::predicted(&id, range)),
            );
        }
        let verdict = judge(record).verdict;
        let id = format!("verdict/{job}/{}", verdict.words());
        all.extend(Measurement::of(&id, "count", vec![1.0]));
        if let Some(baseline) = record.time(&record.baseline) {
            let id = format!("watched/{job}");
            all.extend(Measurement::of(
                &id,
                "ratio",
                vec![advice.took / baseline.median],
            ));
        }
    }
    let tally = Tally::of(records);
    for (name, count) in [
        ("asked", tally.asked),
        ("right", tally.right),
        ("wrong", tally.wrong),
        ("slower than leaving it", tally.slower),
        ("can't tell", tally.cannot_tell),
        ("no variant to compare with", tally.no_such_variant),
        ("predictions that held", tally.held.0),
        ("predictions", tally.held.1),
        ("predictions of all options that held", tally.covered.0),
        ("predictions of all options", tally.covered.1),
    ] {
        all.extend(Measurement::of(&format!("all/{name}"), "count", vec![count as f64]));
    }
    all
}

/// A hash of every file of the jobs: 16 hexadecimal digits.
fn fingerprint(folder: &Path) -> Result<String, String> {
    let mut hash = Sha256::new();
    for file in files(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let name = file.strip_prefix(folder).unwrap_or(&file);
        hash.update(name.as_os_str().as_encoded_bytes());
        hash.update(
            fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?,
        );
    }
    Ok(hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => all.extend(files(&path)?),
            // What an earlier run has found is no job.
            false if path.ends_with(FOUND) => {}
            false => all.push(path),
        }
    }
    all.sort();
    Ok(all)
}

fn machine() -> Machine {
    let value = |file: &str, name: &str, between: char| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(between)?.1.trim().trim_matches('"').to_string())
    };
    let memory = value("/proc/meminfo", "MemTotal", ':');
    let memory = memory.and_then(|kib| kib.trim_end_matches(" kB").parse::<u64>().ok());
    let system = value("/etc/os-release", "NAME", '=');
    let release = value("/etc/os-release", "VERSION_ID", '=');
    let version = |program: &str| {
        let said = said(program, &["--version"])?;
        Some(said.split_whitespace().nth(1)?.to_string())
    };
    Machine {
        cpu: value("/proc/cpuinfo", "model name", ':').unwrap_or_else(unknown),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory: memory.map_or(0, |kib| kib * 1024),
        os: system.map_or_else(unknown, |name| {
            format!("Linux ({name} {})", release.unwrap_or_default())
        }),
        kernel: said("uname", &["-r"]).unwrap_or_else(unknown),
        rustc: version("rustc").unwrap_or_else(unknown),
        python: version("python3"),
    }
}

fn unknown() -> String {
    "unknown".into()
}

/// What a command prints, if it ends well.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prediction_without_an_end_is_no_measurement() {
        let of = |low, high| {
            Measurement::predicted("predicted/a/threads", Range { low, high })
        };
        let found = of(1.0, 4.0).unwrap();
        assert_eq!((found.low, found.estimate, found.high), (1.0, 2.0, 4.0));
        assert_eq!(of(1.0, f64::INFINITY), None);
        assert_eq!(of(0.0, 2.0), None);
        assert_eq!(of(2.0, 1.0), None);
    }
}
