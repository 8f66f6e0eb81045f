//! `measure`: runs the benches and writes what they measured into
//! `book/measurements/<machine>/`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::bench::{Effort, FULL, QUICK, Step, compile, list};
use super::turn::Turn;
use super::{child, this_machine};
use crate::code::project::reference_name;
use crate::code::{Code, files};
use crate::kept::Measured;
use crate::kept::measurement::{FORMAT, Group, Machine, Measurement, YOURS};
use crate::say;

/// What to measure, and how well.
pub struct Request {
    /// Few samples, for a first look.
    pub quick: bool,
    /// These groups; all when empty.
    pub only: Vec<String>,
    /// Groups to begin with, in this order.
    pub first: Vec<String>,
    /// The folder for the results: the reader's own, or that of a named machine.
    pub machine: String,
    /// Features of the package `benches`, for what not everybody has to compile.
    pub features: Vec<String>,
}

/// Measures in the project at `root`; returns the names of the groups that were written.
///
/// A group is written when all of it is measured, whole or not at all. What was measured
/// before stays until then. A group that fails costs a line on stderr, and the others are
/// measured all the same.
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
    let turn = Turn::take(root)?;
    child::catch_interrupts()?;
    let folder = root.join("book/measurements").join(&request.machine);
    let machine = this_machine::machine();
    let (before, _) = Measured::read(&folder);
    let replaces = replaces_another(&before, &machine, request)?;

    // Before the benches compile: somebody may go on editing while they run.
    let code = fingerprints(root)?;
    let programs = compile(root, &request.features)?;
    let mut steps = Vec::new();
    for program in programs {
        steps.extend(list(&program)?);
    }
    let groups = choose(&mut steps, request)?;

    let effort = if request.quick { &QUICK } else { &FULL };
    let (reference, _) =
        Measured::read(&root.join("book/measurements").join(reference_name(root)?));
    let all = steps.len();
    let steps = steps.into_iter().map(|step| {
        let expected = step.expected(effort, &before, &reference);
        (step, expected)
    });
    let steps: Vec<(Step, f64)> =
        steps.filter(|(step, expected)| effort.has_time(step, *expected)).collect();
    let expected = steps.iter().map(|(_, expected)| expected).sum();
    announce(groups.len(), all - steps.len(), expected);
    let (commit, date) = (this_machine::commit(root), this_machine::today());
    let (bar, python) = (progress(expected), machine.python.is_some());
    let mut run = Run { root, turn, effort, steps, python, bar };

    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for name in &groups {
        let no_bench = || format!("there is no benches/*/{name}.rs for group `{name}`");
        let code = code.get(name).ok_or_else(no_bench)?.clone();
        let start = Instant::now();
        let measurements = match run.measure(name) {
            Ok(measurements) => measurements,
            Err(_) if child::interrupted().is_some() => {
                run.bar.abandon();
                return Err(interrupted(if replaces { &[] } else { &done }));
            }
            Err(problem) => {
                run.say(name, &problem);
                failed.push(name.as_str());
                continue;
            }
        };
        let group = Group {
            format: FORMAT,
            group: name.clone(),
            date: date.clone(),
            commit: commit.clone(),
            code,
            quick: request.quick,
            seconds: start.elapsed().as_secs_f64().round(),
            machine: machine.clone(),
            measurements,
        };
        if group.measurements.is_empty() {
            continue;
        }
        if !replaces && let Err(problem) = group.write(&folder) {
            run.say(name, &problem);
            failed.push(name.as_str());
            continue;
        }
        done.push(group);
    }
    run.bar.finish_and_clear();
    if replaces && !done.is_empty() {
        replace_all(&folder, &done)?;
    }
    if failed.is_empty() {
        return Ok(groups);
    }
    Err(format!(
        "{} could not be measured, as said above; {}",
        failed.join(", "),
        kept(&done)
    ))
}

/// What the groups of a run have in common.
struct Run<'a> {
    root: &'a Path,
    turn: Turn,
    effort: &'static Effort,
    /// With how long each is expected to take, in seconds.
    steps: Vec<(Step, f64)>,
    /// Whether there is a Python that answers.
    python: bool,
    bar: ProgressBar,
}

impl Run<'_> {
    /// Measures a group. What it leaves out is said on stderr.
    fn measure(&mut self, group: &str) -> Result<Vec<Measurement>, String> {
        if self.bar.is_hidden() {
            say::aside(&format!("measuring {group}"));
        }
        let (mut measurements, mut silent) = (Vec::new(), true);
        for (step, expected) in self.steps.iter().filter(|(step, _)| step.group == group)
        {
            self.bar.set_message(step.name().to_string());
            let taken = step.run(self.root, &self.turn, self.effort, self.python);
            self.bar.inc((expected * 1000.0) as u64);
            let taken = taken?;
            measurements.extend(taken.measurements);
            for line in &taken.left_out {
                self.say(group, line);
                silent = false;
            }
            self.python &= !taken.python_hung;
        }
        if measurements.is_empty() && silent {
            let missing =
                "nothing to measure here; is a program missing, such as python3?";
            self.say(group, missing);
        }
        Ok(measurements)
    }

    /// Says something of a group, in a line above the bar.
    fn say(&self, group: &str, line: &str) {
        self.bar.suspend(|| say::aside(&format!("{group}: {line}")));
    }
}

/// Says what is going to happen, and about how long it takes.
fn announce(groups: usize, left_out: usize, seconds: f64) {
    let time = match seconds {
        ..100.0 => format!("{:.0} seconds", seconds.max(1.0)),
        _ => format!("{:.0} minutes", seconds / 60.0),
    };
    let groups =
        if groups == 1 { "one group".into() } else { format!("{groups} groups") };
    say::aside(&format!("Measuring {groups}, which takes about {time}."));
    if left_out > 0 {
        say::aside(&format!(
            "{left_out} of the benchmarks take too long for a first look and are left out."
        ));
    }
}

/// The fingerprint of what each bench file reaches, by the name of its group.
fn fingerprints(root: &Path) -> Result<BTreeMap<String, String>, String> {
    let code = Code::of(root);
    let fingerprint = |group: &str| {
        let bench = code.bench_of(group)?;
        Some(code.fingerprint(bench).map(|code| (group.to_string(), code)))
    };
    code.groups().filter_map(fingerprint).collect()
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

fn interrupted(done: &[Group]) -> String {
    format!("interrupted; {}", kept(done))
}

/// What there is now.
fn kept(done: &[Group]) -> String {
    let names: Vec<_> = done.iter().map(|group| group.group.as_str()).collect();
    match names[..] {
        [] => "all measurements are as they were".into(),
        _ => format!("{} measured anew, the others are as they were", names.join(", ")),
    }
}

/// Writes all groups in place of those that were there, which come from another machine.
fn replace_all(folder: &Path, groups: &[Group]) -> Result<(), String> {
    files::replace_folder(folder, |new| {
        groups.iter().try_for_each(|group| group.write(new))
    })
}

/// Keeps the steps of the groups asked for; returns the groups in order.
fn choose(steps: &mut Vec<Step>, request: &Request) -> Result<Vec<String>, String> {
    let mut groups: Vec<String> = Vec::new();
    for step in &*steps {
        if !groups.contains(&step.group) {
            groups.push(step.group.clone());
        }
    }
    let only = &request.only;
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
    let first = &request.first;
    groups.sort_by_key(|group| {
        first.iter().position(|name| name == group).unwrap_or(first.len())
    });
    Ok(groups)
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
