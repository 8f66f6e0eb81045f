//! The bench programs: compiling them, asking what they can measure, and running them for
//! one thing at a time.

use std::path::{Path, PathBuf};
use std::process::Command;

use pythons::running::NO_ANSWER;
use pythons::{FOUND, Found};
use serde::Deserialize;

use super::cargo::cargo;
use super::effort::{Effort, FULL, QUICK};
use super::turn::Turn;
use super::{child, criterion};
use crate::code::files;
use crate::kept::Measured;
use crate::kept::measurement::{Measurement, Unit};
use crate::say;

/// What a bench writes before the reason why it leaves something out.
const NOT_MEASURED: &str = "not measured: ";

/// From how many resamples criterion takes the interval inside a process. Its own hundred thousand take longer than
/// what they are taken from.
const RESAMPLES: &str = "1000";

const INTERRUPTED: &str = "interrupted; all measurements are as they were";

/// The Pythons that benches may ask: those that answer.
pub(crate) struct Pythons {
    /// Whether there is a `python3`.
    pub(crate) usual: bool,
    /// All there are.
    pub(crate) all: Vec<Found>,
}

impl Pythons {
    /// Leaves out whoever a line says of that it gave no answer.
    fn without_those_that_hang(&mut self, lines: &[String]) {
        let said = lines.iter().filter(|line| line.contains(NO_ANSWER));
        for line in said.filter_map(|line| line.strip_prefix(NOT_MEASURED)) {
            self.usual &= !line.starts_with("python3 ");
            let hangs = |found: &Found| {
                line.strip_prefix(&found.python.name)
                    .is_some_and(|rest| rest.starts_with(':'))
            };
            self.all.retain(|found| !hangs(found));
        }
    }
}

/// What came of a step.
pub(crate) struct Taken {
    pub(crate) measurements: Vec<Measurement>,
    /// Lines that say what was not measured, and why.
    pub(crate) left_out: Vec<String>,
}

/// One thing that a bench program measures when asked for it by name.
pub(crate) struct Step {
    program: PathBuf,
    pub(crate) group: String,
    kind: Kind,
}

pub(crate) enum Kind {
    /// A benchmark of criterion, with this id.
    Benchmark(String),
    /// All observations of the group.
    Observation,
}

/// Compiles the benches; returns their programs. Cargo shows its own progress.
pub(crate) fn compile(root: &Path, features: &[String]) -> Result<Vec<PathBuf>, String> {
    #[derive(Deserialize)]
    struct Artifact {
        executable: Option<PathBuf>,
        target: Option<Target>,
    }
    #[derive(Deserialize)]
    struct Target {
        kind: Vec<String>,
    }
    let mut cargo = cargo(root)?;
    cargo.args([
        "bench",
        "--package",
        "benches",
        "--benches",
        "--no-run",
        "--message-format",
        "json-render-diagnostics",
        "--features",
        &features.join(","),
    ]);
    say::aside("Compiling the benches; the first time, that takes a minute or two.");
    let ended = child::run(&mut cargo, false)
        .map_err(|error| format!("couldn't start cargo: {error}"))?;
    if child::interrupted().is_some() {
        return Err(INTERRUPTED.into());
    }
    if !ended.status.success() {
        return Err("the benches don't compile; why stands above".into());
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
pub(crate) fn list(program: &Path) -> Result<Vec<Step>, String> {
    let ended = child::run(Command::new(program).args(["--bench", "--list"]), true)
        .map_err(|error| format!("couldn't start {}: {error}", program.display()))?;
    if child::interrupted().is_some() {
        return Err(INTERRUPTED.into());
    }
    if !ended.status.success() {
        return Err(format!(
            "{} --list failed with {}: {}",
            program.display(),
            ended.status,
            ended.cause()
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

/// Whether the group of this name is measured on every Python.
pub(crate) fn asks_every_python(group: &str) -> bool {
    group.starts_with("pythons_")
}

impl Step {
    /// What it measures: an id, or a group.
    pub(crate) fn name(&self) -> &str {
        match &self.kind {
            Kind::Benchmark(id) => id,
            Kind::Observation => &self.group,
        }
    }

    /// Whether there is time for it, if one process is expected to take so many seconds.
    pub(crate) fn has_time(&self, effort: &Effort, expected: f64) -> bool {
        matches!(self.kind, Kind::Observation) || expected <= effort.longest
    }

    /// About how long one process will take, in seconds: from what was measured here before,
    /// or else on the reference machine. It asks so many `pythons` if it asks all.
    pub(crate) fn expected(
        &self,
        effort: &Effort,
        pythons: usize,
        before: &Measured,
        reference: &Measured,
    ) -> f64 {
        const GUESS: f64 = 0.5;
        let known = [before, reference].into_iter();
        match &self.kind {
            Kind::Benchmark(id) => {
                let once = known.flat_map(|measured| measured.get(id)).next();
                let once = once.map_or(0.0, |m| m.estimate / 1e9);
                effort.warm_up.max(once) + effort.time.max(10.0 * once) + 0.1
            }
            Kind::Observation => {
                let group = known.flat_map(|measured| measured.group(&self.group)).next();
                group.map_or(GUESS, |group| {
                    let then = if group.quick { &QUICK } else { &FULL };
                    let asked =
                        match (asks_every_python(&self.group), group.pythons.len()) {
                            (true, then @ 1..) => pythons as f64 / then as f64,
                            _ => 1.0,
                        };
                    let processes = group.measurements.iter().map(|m| m.processes.len());
                    let once = group.seconds / processes.max().unwrap_or(1).max(1) as f64;
                    once * effort.share / then.share * asked
                })
            }
        }
    }

    /// Measures it in a process of its own, which may ask these `pythons`. Whichever doesn't answer is
    /// no longer among them.
    ///
    /// # Errors
    ///
    /// One line.
    pub(crate) fn run(
        &self,
        root: &Path,
        turn: &Turn,
        effort: &Effort,
        pythons: &mut Pythons,
    ) -> Result<Taken, String> {
        let home = turn.home()?;
        let mut command = Command::new(&self.program);
        // Cargo runs benches in the folder of their package.
        command.arg("--bench").current_dir(root.join("benches"));
        match &self.kind {
            Kind::Benchmark(id) => {
                command.args(["--exact", id, "--noplot", "--nresamples", RESAMPLES]);
                command.args(["--warm-up-time", &effort.warm_up.to_string()]);
                command.args(["--measurement-time", &effort.time.to_string()]);
                command.args(["--sample-size", &effort.samples.to_string()]);
                command.env("CRITERION_HOME", home.path());
            }
            Kind::Observation => {
                command.args(["--exact", &self.group]);
                command.args(["--rounds", &effort.rounds.to_string()]);
                command.args(effort.quick.then_some("--quick"));
                command.args((!pythons.usual).then_some("--without-python"));
                let all = serde_json::to_string(&pythons.all);
                command.env(FOUND, all.map_err(|error| error.to_string())?);
                command.env("OBSERVATIONS_HOME", home.path());
            }
        }
        let ended = child::run(&mut command, true)
            .map_err(|error| format!("couldn't start {}: {error}", self.name()))?;
        if !ended.status.success() {
            return Err(format!(
                "measuring `{}` failed with {}: {}",
                self.name(),
                ended.status,
                ended.cause()
            ));
        }
        let measurements = match &self.kind {
            Kind::Benchmark(_) => criterion::read(home.path()),
            Kind::Observation => observations(
                &self.group,
                &home.path().join(format!("{}.json", self.group)),
            ),
        };
        let left_out = ended.stderr.lines().filter(|line| line.starts_with(NOT_MEASURED));
        let left_out: Vec<_> = left_out.map(String::from).collect();
        pythons.without_those_that_hang(&left_out);
        Ok(Taken { measurements: measurements?, left_out })
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
    let text = files::text(file).map_err(complain)?;
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

#[cfg(test)]
mod tests {
    use pythons::Python;

    use super::*;

    fn found(name: &str) -> Found {
        let python = Python {
            name: name.into(),
            version: "3".into(),
            free_threaded: false,
            has_gil: true,
            compiler: "cc".into(),
            optimization: "-O3".into(),
        };
        Found { path: "python".into(), python }
    }

    #[test]
    fn who_hangs_is_asked_no_more() {
        let all = || ["CPython 3.1", "CPython 3.13", "CPython 3.13t"].map(found).to_vec();
        for (line, usual, left) in [
            ("not measured: python3 a.py: no answer within 60 s", false, all()),
            (
                "not measured: CPython 3.13: a.py: no answer within 60 s",
                true,
                ["CPython 3.1", "CPython 3.13t"].map(found).to_vec(),
            ),
            (
                "not measured: CPython 3.13: a.py: exit status: 1: SyntaxError",
                true,
                all(),
            ),
        ] {
            let mut pythons = Pythons { usual: true, all: all() };
            pythons.without_those_that_hang(&[line.into()]);
            assert_eq!((pythons.usual, pythons.all), (usual, left), "{line}");
        }
    }
}
