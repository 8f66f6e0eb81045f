//! `measure`: runs the benches and writes what they measured into
//! `book/measurements/<machine>/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use tempfile::TempDir;

use crate::child;
use crate::fingerprint::Code;
use crate::material::reference_name;
use crate::measurement::{
    FORMAT, Group, Machine, Measured, Measurement, Unit, YOURS, sorted,
};
use crate::{criterion, this_machine};

/// What to measure, and how well.
pub struct Request {
    /// Few samples, for a first look.
    pub quick: bool,
    /// These groups; all when empty.
    pub only: Vec<String>,
    /// The folder for the results: the reader's own, or that of a named machine.
    pub machine: String,
}

/// How long to measure what. Times in seconds.
struct Effort {
    warm_up: f64,
    time: f64,
    samples: u32,
    rounds: u32,
}

const QUICK: Effort = Effort { warm_up: 0.05, time: 0.2, samples: 10, rounds: 2 };
const FULL: Effort = Effort { warm_up: 1.0, time: 3.0, samples: 50, rounds: 7 };

/// One thing that a bench program measures when asked for it by name.
struct Step {
    program: PathBuf,
    group: String,
    kind: Kind,
}

enum Kind {
    /// A benchmark of criterion, with this id.
    Benchmark(String),
    /// All observations of the group.
    Observation,
}

/// Measures in the project at `root`; returns the names of the groups that were written.
///
/// A group is written when all of it is measured, whole or not at all. What was measured
/// before stays until then.
///
/// # Errors
///
/// One line; what was measured up to then is kept, unless it would have mixed two
/// machines.
pub fn measure(root: &Path, request: &Request) -> Result<Vec<String>, String> {
    let usable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if request.machine.is_empty() || !request.machine.chars().all(usable) {
        return Err(format!(
            "`{}` can't name a machine: use small letters, digits and -",
            request.machine
        ));
    }
    let folder = root.join("book/measurements").join(&request.machine);
    let machine = this_machine::machine();
    let (before, _) = Measured::read(&folder);
    let replaces = replaces_another(&before, &machine, request)?;

    child::catch_interrupts()?;
    // Before the benches compile: somebody may go on editing while they run.
    let code = fingerprints(root)?;
    let programs = compile(root)?;
    let mut steps = Vec::new();
    for program in programs {
        steps.extend(list(&program)?);
    }
    let groups = choose(&mut steps, &request.only)?;

    let effort = if request.quick { &QUICK } else { &FULL };
    let (reference, _) =
        Measured::read(&root.join("book/measurements").join(reference_name(root)?));
    let expected: Vec<f64> =
        steps.iter().map(|step| step.expected(effort, &before, &reference)).collect();
    let bar = progress(expected.iter().sum());
    let (commit, date) = (this_machine::commit(root), this_machine::today());

    let mut done: Vec<Group> = Vec::new();
    for name in &groups {
        let code = code
            .get(name)
            .ok_or(format!("there is no benches/*/{name}.rs for group `{name}`"))?;
        if bar.is_hidden() {
            eprintln!("measuring {name}");
        }
        let mut group = Group {
            format: FORMAT,
            group: name.clone(),
            date: date.clone(),
            commit: commit.clone(),
            code: code.clone(),
            quick: request.quick,
            seconds: 0.0,
            machine: machine.clone(),
            measurements: Vec::new(),
        };
        let start = Instant::now();
        for (step, expected) in
            steps.iter().zip(&expected).filter(|(step, _)| step.group == *name)
        {
            bar.set_message(step.name().to_string());
            let measured = step.run(root, effort);
            if child::interrupted() {
                bar.abandon();
                let kept = if replaces {
                    vec![]
                } else {
                    done.iter().map(|group| group.group.clone()).collect()
                };
                return Err(interrupted(&kept));
            }
            group.measurements.extend(measured.inspect_err(|_| bar.abandon())?);
            bar.inc((expected * 1000.0) as u64);
        }
        if group.measurements.is_empty() {
            bar.suspend(|| eprintln!("{name}: nothing to measure here; is a program missing, such as python3?"));
        }
        group.seconds = start.elapsed().as_secs_f64().round();
        if !replaces {
            group.write(&folder)?;
        }
        done.push(group);
    }
    bar.finish_and_clear();
    if replaces {
        replace_all(&folder, &done)?;
    }
    Ok(groups)
}

/// The fingerprint of what each bench file reaches, by the name of its group.
fn fingerprints(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let code = Code::of(root);
    let files =
        sorted(&root.join("benches")).into_iter().flat_map(|target| sorted(&target));
    let benches =
        files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    let group = |file: &PathBuf| {
        file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    };
    benches.map(|file| Ok((group(&file), code.fingerprint(&file)?))).collect()
}

/// Whether the measurements there come from another machine, and so have to go when the
/// new ones come.
fn replaces_another(
    before: &Measured,
    machine: &Machine,
    request: &Request,
) -> Result<bool, String> {
    let Some(there) = before.machine().filter(|there| !there.is_like(machine)) else {
        return Ok(false);
    };
    if request.only.is_empty() {
        return Ok(true);
    }
    let option = if request.machine == YOURS {
        String::new()
    } else {
        format!(" --machine {}", request.machine)
    };
    Err(format!(
        "`{}` was measured on {} with {} cores, and this is {} with {}: measure all groups anew with \
         `cargo book measure{option}`, or give this machine another name with --machine",
        request.machine, there.cpu, there.cores, machine.cpu, machine.cores
    ))
}

fn interrupted(kept: &[String]) -> String {
    match kept {
        [] => "interrupted; all measurements are as they were".into(),
        kept => format!(
            "interrupted; {} measured anew, the others are as they were",
            kept.join(", ")
        ),
    }
}

/// Writes all groups in place of those that were there, which come from another machine.
/// Should this process die in between, `.NAME.old` is what was there.
fn replace_all(folder: &Path, groups: &[Group]) -> Result<(), String> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let (new, old) = ["new", "old"]
        .map(|what| folder.with_file_name(format!(".{name}.{what}")))
        .into();
    let clear = |folder: &Path| match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    let complain = |error: io::Error| {
        format!(
            "couldn't put {} in place of {}: {error}",
            new.display(),
            folder.display()
        )
    };
    clear(&new).and_then(|()| clear(&old)).map_err(complain)?;
    for group in groups {
        group.write(&new)?;
    }
    fs::rename(folder, &old).map_err(complain)?;
    if let Err(error) = fs::rename(&new, folder) {
        // Back to what was there; should that fail as well, the message says where both
        // are.
        let _ = fs::rename(&old, folder);
        return Err(complain(error));
    }
    clear(&old).map_err(complain)
}

/// Compiles the benches; returns their programs. Cargo shows its own progress.
fn compile(root: &Path) -> Result<Vec<PathBuf>, String> {
    #[derive(Deserialize)]
    struct Artifact {
        executable: Option<PathBuf>,
        target: Option<Target>,
    }
    #[derive(Deserialize)]
    struct Target {
        kind: Vec<String>,
    }
    let mut cargo = Command::new("cargo");
    cargo.args([
        "bench",
        "--package",
        "benches",
        "--benches",
        "--no-run",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let ended = child::run(cargo.current_dir(root), false)
        .map_err(|error| format!("couldn't start cargo: {error}"))?;
    if child::interrupted() {
        return Err(interrupted(&[]));
    }
    if !ended.status.success() {
        return Err("the benches don't compile; cargo said why above".into());
    }
    let artifacts = ended
        .stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    let benches = artifacts.filter(|artifact| {
        artifact.target.as_ref().is_some_and(|target| target.kind == ["bench"])
    });
    Ok(benches.filter_map(|artifact| artifact.executable).collect())
}

/// What a bench program can measure: it prints `ID: benchmark` or `GROUP: observation`.
fn list(program: &Path) -> Result<Vec<Step>, String> {
    let ended = child::run(Command::new(program).args(["--bench", "--list"]), true)
        .map_err(|error| format!("couldn't start {}: {error}", program.display()))?;
    if !ended.status.success() {
        let last = ended.stderr.trim().lines().last().unwrap_or("it said nothing");
        return Err(format!(
            "{} --list failed with {}: {last}",
            program.display(),
            ended.status
        ));
    }
    let step = |line: &str| {
        let (name, kind) = line.rsplit_once(": ")?;
        let kind = match kind {
            "benchmark" => Kind::Benchmark(name.into()),
            "observation" => Kind::Observation,
            _ => return None,
        };
        Some(Step {
            program: program.into(),
            group: name.split('/').next()?.into(),
            kind,
        })
    };
    Ok(ended.stdout.lines().filter_map(step).collect())
}

/// Keeps the steps of the groups asked for; returns the groups in order.
fn choose(steps: &mut Vec<Step>, only: &[String]) -> Result<Vec<String>, String> {
    let mut groups: Vec<String> = Vec::new();
    for step in &*steps {
        if !groups.contains(&step.group) {
            groups.push(step.group.clone());
        }
    }
    if let Some(unknown) = only.iter().find(|name| !groups.contains(name)) {
        return Err(format!(
            "there is no group `{unknown}`; there are {}",
            groups.join(", ")
        ));
    }
    if !only.is_empty() {
        groups.retain(|group| only.contains(group));
        steps.retain(|step| only.contains(&step.group));
    }
    Ok(groups)
}

impl Step {
    fn name(&self) -> &str {
        match &self.kind {
            Kind::Benchmark(id) => id,
            Kind::Observation => &self.group,
        }
    }

    /// About how long it will take, in seconds: from what was measured here before, or
    /// else on the reference machine.
    fn expected(&self, effort: &Effort, before: &Measured, reference: &Measured) -> f64 {
        const GUESS: f64 = 2.0;
        let known = [before, reference]
            .into_iter()
            .find(|measured| measured.groups.contains_key(&self.group));
        match &self.kind {
            Kind::Benchmark(id) => {
                let once = known
                    .and_then(|measured| measured.get(id))
                    .map_or(0.0, |m| m.estimate / 1e9);
                effort.warm_up.max(once) + effort.time.max(10.0 * once) + 0.1
            }
            Kind::Observation => known.map_or(GUESS, |measured| {
                let group = &measured.groups[&self.group];
                let then = if group.quick { QUICK.rounds } else { FULL.rounds };
                group.seconds * f64::from(effort.rounds) / f64::from(then)
            }),
        }
    }

    fn run(&self, root: &Path, effort: &Effort) -> Result<Vec<Measurement>, String> {
        let home = TempDir::new()
            .map_err(|error| format!("couldn't make a temporary folder: {error}"))?;
        let mut command = Command::new(&self.program);
        // Cargo runs benches in the folder of their package.
        command.arg("--bench").current_dir(root.join("benches"));
        match &self.kind {
            Kind::Benchmark(id) => {
                command.args(["--exact", id, "--noplot", "--nresamples", "10000"]);
                command.args(["--warm-up-time", &effort.warm_up.to_string()]);
                command.args(["--measurement-time", &effort.time.to_string()]);
                command.args(["--sample-size", &effort.samples.to_string()]);
                command.env("CRITERION_HOME", home.path());
            }
            Kind::Observation => {
                command.args([&self.group, "--rounds", &effort.rounds.to_string()]);
                command.env("OBSERVATIONS_HOME", home.path());
            }
        }
        let ended = child::run(&mut command, true)
            .map_err(|error| format!("couldn't start {}: {error}", self.name()))?;
        if !ended.status.success() {
            let last = ended
                .stderr
                .trim()
                .lines()
                .last()
                .unwrap_or("it said nothing")
                .to_string();
            return Err(format!(
                "measuring `{}` failed with {}: {last}",
                self.name(),
                ended.status
            ));
        }
        match &self.kind {
            Kind::Benchmark(_) => criterion::read(home.path()),
            Kind::Observation => observations(
                &self.group,
                &home.path().join(format!("{}.json", self.group)),
            ),
        }
    }
}

/// Reads the samples that an observation wrote: an array of names, units and samples.
fn observations(group: &str, file: &Path) -> Result<Vec<Measurement>, String> {
    #[derive(Deserialize)]
    struct Observation {
        name: String,
        unit: Unit,
        samples: Vec<f64>,
    }
    let complain =
        |error: String| format!("the observations of `{group}` can't be read: {error}");
    let text = fs::read_to_string(file).map_err(|error| complain(error.to_string()))?;
    let observations: Vec<Observation> =
        serde_json::from_str(&text).map_err(|error| complain(error.to_string()))?;
    let measurement = |Observation { name, unit, samples }| {
        let id = format!("{group}/{name}");
        let no_samples =
            complain(format!("`{id}` has no samples, or one that is not a number"));
        Measurement::of_samples(id, unit, samples).ok_or(no_samples)
    };
    observations.into_iter().map(measurement).collect()
}

/// A bar that moves by the time that steps were expected to take. Without a terminal it
/// shows nothing.
fn progress(seconds: f64) -> ProgressBar {
    let bar = ProgressBar::new((seconds * 1000.0) as u64);
    let style =
        ProgressStyle::with_template("{bar:30} {percent:>3}%  {eta:>4} left  {wide_msg}");
    bar.set_style(style.expect("the template is right"));
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
