//! `measure`: runs the benches and writes what they measured into
//! `book/measurements/<machine>/`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::bench::{Effort, FULL, QUICK, Step, compile, list};
use super::turn::Turn;
use super::watch::{Watch, Watched};
use super::{child, this_machine};
use crate::code::project::reference_name;
use crate::code::{Code, files};
use crate::kept::Measured;
use crate::kept::measurement::{FORMAT, Group, Machine, Meanwhile, Measurement, YOURS};
use crate::say;

/// What to measure, and how well.
pub struct Request {
    /// Few samples, for a first look.
    pub quick: bool,
    /// These groups; all when empty.
    pub only: Vec<String>,
    /// Groups to begin with, in this order.
    pub first: Vec<String>,
    /// Refuse a group during which others took too much of the machine.
    pub strict: bool,
    /// The folder for the results: the reader's own, or that of a named machine.
    pub machine: String,
    /// Features of the package `benches`, for what not everybody has to compile.
    pub features: Vec<String>,
}

/// Measures in the project at `root`; returns the names of the groups that were written.
///
/// The run goes round: in each round, each group is measured by a fresh process. So the
/// processes of a group are spread over the whole run, and its interval says what differs
/// between them. A group is written as soon as that is no worse than what was there. A
/// group that fails costs a line on stderr, and the others are measured all the same.
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
    let expected =
        steps.iter().map(|(_, once)| once).sum::<f64>() * effort.processes as f64;
    announce(groups.len(), effort.processes, all - steps.len(), expected);
    let (commit, date) = (this_machine::commit(root), this_machine::today());
    let (bar, python) = (progress(expected), machine.python.is_some());
    let mut run = Run { root, turn, effort, steps, python, round: 1, bar };
    let mut samplings = Vec::new();
    for name in &groups {
        let no_bench = || format!("there is no benches/*/{name}.rs for group `{name}`");
        samplings.push(Sampling::of(name, code.get(name).ok_or_else(no_bench)?));
    }
    let group = |sampling: &Sampling| Group {
        format: FORMAT,
        group: sampling.name.into(),
        date: date.clone(),
        commit: commit.clone(),
        code: sampling.code.into(),
        quick: request.quick,
        seconds: sampling.seconds.round(),
        machine: machine.clone(),
        meanwhile: sampling.watched.meanwhile(),
        again: None,
        measurements: sampling.measurements(),
    };

    let mut written = BTreeSet::new();
    let mut failed = BTreeSet::new();
    for round in 1..=effort.processes {
        run.begin(round);
        for sampling in &mut samplings {
            let name = sampling.name;
            if failed.contains(name) {
                continue;
            }
            if let Err(problem) = run.measure(sampling) {
                if child::interrupted().is_some() {
                    run.bar.abandon();
                    return Err(interrupted(&written));
                }
                run.say(name, &problem);
                failed.insert(name);
                continue;
            }
            let group = group(sampling);
            let is_last = round == effort.processes;
            let is_better = before.group(name).is_none_or(|there| group.is_better(there));
            let waits = replaces || !(is_last || is_better);
            if waits || group.measurements.is_empty() {
                continue;
            }
            if let Err(problem) = write(&group, before.group(name), &folder, request) {
                run.say(name, &problem);
                failed.insert(name);
                continue;
            }
            written.insert(name);
        }
    }
    run.bar.finish_and_clear();
    let whole = samplings.iter().filter(|sampling| !failed.contains(sampling.name));
    let whole: Vec<Group> =
        whole.map(group).filter(|group| !group.measurements.is_empty()).collect();
    whole.iter().for_each(warn);
    if replaces && !whole.is_empty() {
        replace_all(&folder, &whole)?;
        written = groups
            .iter()
            .map(String::as_str)
            .filter(|name| !failed.contains(name))
            .collect();
    }
    if failed.is_empty() {
        return Ok(groups);
    }
    Err(format!(
        "{} could not be measured, as said above; {}",
        list_of(&failed),
        kept(&written)
    ))
}

/// Writes a group, with how well the one before foretold it.
///
/// # Errors
///
/// One line, when it can't be written, or when the request is strict and the machine was
/// not left alone.
fn write(
    group: &Group,
    before: Option<&Group>,
    folder: &Path,
    request: &Request,
) -> Result<(), String> {
    if let Some(meanwhile) = group.meanwhile.filter(Meanwhile::is_disturbed)
        && request.strict
    {
        return Err(format!(
            "{}; measure it again when the machine is quiet",
            disturbed(&meanwhile)
        ));
    }
    let again = before.and_then(|before| group.held_against(before));
    Group { again, ..group.clone() }.write(folder)
}

/// Says what speaks against a group's numbers.
fn warn(group: &Group) {
    if let Some(meanwhile) = group.meanwhile.filter(Meanwhile::is_disturbed) {
        say::aside(&format!("{}: {}", group.group, disturbed(&meanwhile)));
    }
    let spread = |m: &Measurement| (m.high - m.low) / m.estimate;
    let unsteady = group.measurements.iter().filter(|m| m.is_unsteady());
    let most = unsteady.clone().max_by(|a, b| spread(a).total_cmp(&spread(b)));
    if let Some(m) = most {
        say::aside(&format!(
            "{}: unsteady, {} of {}: the processes disagree, most on `{}`: {}",
            group.group,
            unsteady.count(),
            group.measurements.len(),
            m.id,
            m.unit.format()(m.low) + " to " + &m.unit.format()(m.high)
        ));
    }
}

/// What others took, in words.
fn disturbed(meanwhile: &Meanwhile) -> String {
    format!(
        "while it was measured, other programs used {:.0}% of the processors and other machines \
         on this host {:.0}%",
        meanwhile.others * 100.0,
        meanwhile.stolen * 100.0
    )
}

/// What was measured of one group so far.
struct Sampling<'a> {
    name: &'a str,
    /// The fingerprint of its code.
    code: &'a str,
    /// Of each id, in the order in which they first came, what each process found.
    parts: Vec<Vec<Measurement>>,
    seconds: f64,
    watched: Watched,
    /// What was said of it. A reason isn't new because another process has it, too.
    said: HashSet<String>,
}

impl<'a> Sampling<'a> {
    fn of(name: &'a str, code: &'a str) -> Self {
        let watched = Watched::default();
        Self { name, code, parts: vec![], seconds: 0.0, watched, said: HashSet::new() }
    }

    fn add(&mut self, measurement: Measurement) {
        match self.parts.iter_mut().find(|parts| parts[0].id == measurement.id) {
            Some(parts) => parts.push(measurement),
            None => self.parts.push(vec![measurement]),
        }
    }

    fn measurements(&self) -> Vec<Measurement> {
        self.parts.iter().filter_map(|parts| Measurement::of_processes(parts)).collect()
    }
}

/// What the groups of a run have in common.
struct Run<'a> {
    root: &'a Path,
    turn: Turn,
    effort: &'static Effort,
    /// With how long each is expected to take in one process, in seconds.
    steps: Vec<(Step, f64)>,
    /// Whether there is a Python that answers.
    python: bool,
    /// From 1 on.
    round: usize,
    bar: ProgressBar,
}

impl Run<'_> {
    fn begin(&mut self, round: usize) {
        self.round = round;
        self.bar.set_prefix(format!("{round}/{}", self.effort.processes));
        if self.bar.is_hidden() && round > 1 {
            say::aside(&format!(
                "measuring all again: {round}/{}",
                self.effort.processes
            ));
        }
    }

    /// Measures a group once more, if there is time for that. What it leaves out is said on
    /// stderr.
    fn measure(&mut self, sampling: &mut Sampling) -> Result<(), String> {
        if self.round > 1 && sampling.seconds > self.effort.once {
            return Ok(());
        }
        let group = sampling.name;
        if self.bar.is_hidden() && self.round == 1 {
            say::aside(&format!("measuring {group}"));
        }
        let watch = Watch::begin();
        let mut lines = Vec::new();
        for (step, expected) in self.steps.iter().filter(|(step, _)| step.group == group)
        {
            self.bar.set_message(step.name().to_string());
            let taken = step.run(self.root, &self.turn, self.effort, self.python);
            self.bar.inc((expected * 1000.0) as u64);
            let taken = taken?;
            taken.measurements.into_iter().for_each(|m| sampling.add(m));
            lines.extend(taken.left_out);
            self.python &= !taken.python_hung;
        }
        sampling.seconds += watch.seconds();
        sampling.watched.add(watch);
        if sampling.parts.is_empty() && lines.is_empty() {
            let missing =
                "nothing to measure here; is a program missing, such as python3?";
            lines.push(missing.into());
        }
        for line in lines {
            if sampling.said.insert(line.clone()) {
                self.say(group, &line);
            }
        }
        Ok(())
    }

    /// Says something of a group, in a line above the bar.
    fn say(&self, group: &str, line: &str) {
        self.bar.suspend(|| say::aside(&format!("{group}: {line}")));
    }
}

/// Says what is going to happen, and about how long it takes.
fn announce(groups: usize, processes: usize, left_out: usize, seconds: f64) {
    let time = match seconds {
        ..1.5 => "a second".into(),
        ..100.0 => format!("{seconds:.0} seconds"),
        _ => format!("{:.0} minutes", seconds / 60.0),
    };
    let groups =
        if groups == 1 { "one group".into() } else { format!("{groups} groups") };
    say::aside(&format!(
        "Measuring {groups} in {processes} processes each, which takes about {time}."
    ));
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

fn interrupted(written: &BTreeSet<&str>) -> String {
    format!("interrupted; {}", kept(written))
}

/// What there is now.
fn kept(written: &BTreeSet<&str>) -> String {
    if written.is_empty() {
        return "all measurements are as they were".into();
    }
    format!("{} measured anew, the others are as they were", list_of(written))
}

fn list_of(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
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
    let style = ProgressStyle::with_template(
        "{bar:30} {percent:>3}%  {eta:>4} left  {prefix} {wide_msg}",
    );
    bar.set_style(style.expect("the template is right"));
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
