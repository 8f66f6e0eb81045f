//! `measure`: runs the benches and writes what they measured into
//! `book/measurements/<machine>/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use pythons::{Findings, Found};

use super::bench::{Pythons, Step, asks_every_python, compile, list};
use super::effort::{Effort, FULL, QUICK};
use super::keeping::{Keeper, interrupted, kept, warn};
use super::sampling::Sampling;
use super::turn::Turn;
use super::watch::Watch;
use super::{child, this_machine};
use crate::code::Code;
use crate::code::project::{by_name, reference_name};
use crate::kept::Measured;
use crate::kept::measurement::{FORMAT, Group, Machine, YOURS};
use crate::say;

/// The name of a machine is that of a folder.
const LONGEST_NAME: usize = 60;

/// What to measure, and how well.
pub struct Request {
    /// Few samples, for a first look.
    pub quick: bool,
    /// These groups; when empty, all but those that `book.toml` wants named.
    pub only: Vec<String>,
    /// Groups to begin with, in this order.
    pub first: Vec<String>,
    /// Add the processes of this run to those by which the same code was measured before.
    pub add: bool,
    /// Refuse a group during which others took too much of the machine.
    pub strict: bool,
    /// The folder for the results: the reader's own, or that of a named machine.
    pub machine: String,
    /// Interpreters besides those that are found.
    pub pythons: Vec<PathBuf>,
    /// Features of the package `benches`, for what not everybody has to compile.
    pub features: Vec<String>,
}

/// Measures in the project at `root`; returns the names of the groups that were written.
///
/// The run goes round: in each round, each group is measured by a fresh process. So the
/// processes of a group are spread over the whole run, and its interval says what differs
/// between them. After each round, a group is written as soon as that is no worse than what
/// was there. What fails costs a line on stderr, and all else is measured all the same.
///
/// # Errors
///
/// One line; what was measured up to then is kept, unless it would have mixed two
/// machines.
pub fn measure(root: &Path, request: &Request) -> Result<Vec<String>, String> {
    let usable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let length = 1..=LONGEST_NAME;
    if !length.contains(&request.machine.len()) || !request.machine.chars().all(usable) {
        return Err(format!(
            "`{}` can't name a machine: use small letters, digits and -, at most {LONGEST_NAME} of them",
            request.machine
        ));
    }
    let turn = Turn::take(root)?;
    child::catch_interrupts()?;
    let folder = root.join("book/measurements").join(&request.machine);
    let machine = this_machine::machine();
    let (before, unreadable) = Measured::read(&folder);
    if let Some((file, reason)) = unreadable.first() {
        return Err(format!(
            "{}: {reason}; measuring would replace it unseen, so take it away, or name another machine with --machine",
            file.display()
        ));
    }
    can_be_written(&folder)?;
    let replaces = replaces_another(&before, &machine, request)?;
    if !request.only.is_empty()
        && let Some(there) = before
            .groups()
            .find(|group| !replaces && !group.machine.has_the_processor_of(&machine))
    {
        say::aside(&mixes(request, there, &machine));
    }

    // Before the benches compile, which takes minutes.
    let (reference, by_name) = (reference_name(root)?, by_name(root)?);
    // And somebody may go on editing while they run.
    let code = fingerprints(root)?;
    refuse_unknown(&request.only, &code.keys().collect::<Vec<_>>())?;
    let programs = compile(root, &request.features)?;
    let mut steps = Vec::new();
    for program in programs {
        steps.extend(list(&program)?);
    }
    let groups = choose(&mut steps, request, &by_name)?;

    let effort = if request.quick { &QUICK } else { &FULL };
    let (reference, _) = Measured::read(&root.join("book/measurements").join(reference));
    let pythons =
        Pythons { usual: machine.python.is_some(), all: every_python(&groups, request) };
    let all_pythons = pythons.all.iter().map(|found| found.python.clone()).collect();
    let all = steps.len();
    let steps = steps.into_iter().map(|step| {
        let expected = step.expected(effort, pythons.all.len(), &before, &reference);
        (step, expected)
    });
    let steps: Vec<(Step, f64)> =
        steps.filter(|(step, expected)| step.has_time(effort, *expected)).collect();
    let (groups, others): (Vec<String>, Vec<String>) = groups
        .into_iter()
        .partition(|group| steps.iter().any(|(step, _)| step.group == *group));
    if !others.is_empty() {
        say::aside(&format!(
            "All benchmarks of {} take too long for a first look; without --quick they are measured.",
            others.join(", ")
        ));
    }
    let expected = groups.iter().map(|group| {
        let steps = steps.iter().filter(|(step, _)| step.group == *group);
        let once: f64 = steps.map(|(_, once)| once).sum();
        once * effort.times(once) as f64
    });
    let expected = expected.sum();
    announce(groups.len(), effort.processes, all - steps.len(), expected);
    let mut run =
        Run { root, turn, effort, steps, pythons, round: 1, bar: progress(expected) };
    let mut samplings = Vec::new();
    for name in &groups {
        let no_bench = || format!("there is no benches/*/{name}.rs for group `{name}`");
        samplings.push(Sampling::of(name, code.get(name).ok_or_else(no_bench)?));
    }
    let nothing = Measured::new(request.machine.clone(), []);
    let mut keeper = Keeper {
        strict: request.strict,
        adds: request.add,
        named: !request.only.is_empty(),
        folder: &folder,
        before: if replaces { &nothing } else { &before },
        replaces,
        written: BTreeSet::new(),
        // Not its measurements: what it was measured with.
        frame: Group {
            format: FORMAT,
            date: this_machine::today(),
            commit: this_machine::commit(root),
            quick: request.quick,
            run: Some(this_machine::now()),
            machine,
            pythons: all_pythons,
            ..Group::default()
        },
    };

    if let Some(anew) = keeper.said_to_begin_anew(&samplings) {
        say::aside(&anew);
    }
    for round in 1..=effort.processes {
        run.begin(round);
        for sampling in &mut samplings {
            if let Err(problem) = run.measure(sampling) {
                if child::interrupted().is_some() {
                    run.bar.abandon();
                    return Err(interrupted(&keeper.written));
                }
                sampling.failed = true;
                run.say(sampling, problem);
            }
        }
        let code = fingerprints(root)?;
        for sampling in &mut samplings {
            if code.get(sampling.name).is_none_or(|now| now != sampling.code) {
                sampling.failed = true;
                let changed =
                    "its code changed while it was measured, so this is of neither";
                run.say(sampling, changed.into());
                sampling.parts.clear();
                sampling.seconds = 0.0;
            }
        }
        for (sampling, problem) in keeper.keep(&samplings, round == effort.processes) {
            samplings[sampling].failed = true;
            run.say(&mut samplings[sampling], problem);
        }
    }
    run.bar.finish_and_clear();
    for sampling in &samplings {
        warn(&keeper.group(sampling));
    }
    if let Some(full) = keeper.said_to_be_full() {
        say::aside(&full);
    }
    let failed = samplings.iter().filter(|sampling| sampling.failed);
    let failed: BTreeSet<_> = failed.map(|sampling| sampling.name).collect();
    if failed.is_empty() {
        return Ok(groups
            .into_iter()
            .filter(|name| keeper.written.contains(name))
            .collect());
    }
    let written = keeper.written.iter().map(String::as_str);
    let others =
        written.filter(|name| !failed.contains(name)).map(String::from).collect();
    Err(format!(
        "something went wrong with {}, as said above; {}",
        failed.into_iter().collect::<Vec<_>>().join(", "),
        kept(&others)
    ))
}

/// What the groups of a run have in common.
struct Run<'a> {
    root: &'a Path,
    turn: Turn,
    effort: &'static Effort,
    /// With how long each is expected to take in one process, in seconds.
    steps: Vec<(Step, f64)>,
    /// Those that answer.
    pythons: Pythons,
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
            let taken = step.run(self.root, &self.turn, self.effort, &mut self.pythons);
            self.bar.inc((expected * 1000.0) as u64);
            let taken = taken?;
            taken.measurements.into_iter().for_each(|m| sampling.add(m));
            lines.extend(taken.left_out);
        }
        sampling.seconds += watch.seconds();
        sampling.watched.add(watch);
        if sampling.parts.is_empty() && lines.is_empty() {
            let missing =
                "nothing to measure here; is a program missing, such as python3?";
            lines.push(missing.into());
        }
        for line in lines {
            self.say(sampling, line);
        }
        Ok(())
    }

    /// Says something of a group, in a line above the bar; each thing once.
    fn say(&self, sampling: &mut Sampling, line: String) {
        let said = format!("{}: {line}", sampling.name);
        if sampling.said.insert(line) {
            self.bar.suspend(|| say::aside(&said));
        }
    }
}

/// Looks for every Python, where some group wants them; says which there are, and what is wrong with
/// others.
fn every_python(groups: &[String], request: &Request) -> Vec<Found> {
    if !groups.iter().any(|group| asks_every_python(group)) {
        return Vec::new();
    }
    let Findings { mut found, problems } = pythons::find(&request.pythons);
    for problem in problems {
        say::aside(&format!("not measured: {problem}"));
    }
    let said = found.iter().map(|Found { python, .. }| match python.flaw() {
        Some(flaw) => format!("{} ({flaw})", python.name),
        None => python.name.clone(),
    });
    let said = match found.len() {
        0 => "No CPython was found; --python PATH names one.".into(),
        _ => format!("Found {}.", said.collect::<Vec<_>>().join(", ")),
    };
    say::aside(&said);
    // Who names groups wants to see them whole.
    if request.quick && request.only.is_empty() {
        let all = found.len();
        found = few(found, &request.pythons);
        if found.len() < all {
            let names: Vec<_> = found.iter().map(|f| f.python.name.as_str()).collect();
            say::aside(&format!(
                "A first look asks {} of them; --only pythons asks all.",
                names.join(", ")
            ));
        }
    }
    found
}

/// Those that show most: the oldest, the newest with a GIL and the newest without, and whatever
/// was named. They come from the oldest on.
fn few(found: Vec<Found>, named: &[PathBuf]) -> Vec<Found> {
    let newest = |has_gil| found.iter().rposition(|f| f.python.has_gil == has_gil);
    let shown = [Some(0), newest(true), newest(false)];
    let all = found.iter().enumerate();
    let few = all
        .filter(|(at, found)| shown.contains(&Some(*at)) || named.contains(&found.path));
    few.map(|(_, found)| found.clone()).collect()
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
        "Measuring {groups}, {processes} times round, which takes about {time}."
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

/// Tries whether what is going to be measured can be kept. Later would be too late.
fn can_be_written(folder: &Path) -> Result<(), String> {
    if fs::symlink_metadata(folder).is_err() {
        // It is made beside the folder in which the turn was taken.
        return Ok(());
    }
    tempfile::NamedTempFile::new_in(folder).map(drop).map_err(|error| {
        format!(
            "couldn't write into {}, where the measurements belong ({error}); take it away, or let it be written",
            folder.display()
        )
    })
}

/// What is said before a machine gets numbers from a second processor.
fn mixes(request: &Request, there: &Group, machine: &Machine) -> String {
    let model = |machine: &Machine| machine.model.clone().unwrap_or("unknown".into());
    format!(
        "`{}` was measured on {} ({}), and this processor is another model ({}): the book will say which group \
         comes from which, and refuse to compare them",
        request.machine,
        there.machine.cpu,
        model(&there.machine),
        model(machine)
    )
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

/// Whether whoever names `name` means `group`: that one, or where none of these groups has the name, all whose names
/// begin with it and `_`, as `pythons_cost` does with `pythons`.
fn is_meant(name: &str, group: &str, groups: &[impl AsRef<str>]) -> bool {
    let is_one = || groups.iter().any(|group| group.as_ref() == name);
    match group.strip_prefix(name) {
        Some("") => true,
        Some(rest) => rest.starts_with('_') && !is_one(),
        None => false,
    }
}

/// Refuses a name by which none of these groups is meant.
fn refuse_unknown(only: &[String], groups: &[impl AsRef<str>]) -> Result<(), String> {
    let is_known =
        |name: &String| groups.iter().any(|it| is_meant(name, it.as_ref(), groups));
    match only.iter().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(unknown) => {
            let near = say::nearest(unknown, groups);
            Err(format!("there is no group `{unknown}`; there are {near}"))
        }
    }
}

/// Keeps the steps of the groups asked for; returns the groups in order.
fn choose(
    steps: &mut Vec<Step>,
    request: &Request,
    by_name: &[String],
) -> Result<Vec<String>, String> {
    let mut groups: Vec<String> = Vec::new();
    for step in &*steps {
        if !groups.contains(&step.group) {
            groups.push(step.group.clone());
        }
    }
    let only = &request.only;
    // Some are there only with a feature.
    refuse_unknown(only, &groups)?;
    let is_chosen = |group: &String| match only.as_slice() {
        [] => !by_name.contains(group),
        names => names.iter().any(|name| is_meant(name, group, &groups)),
    };
    let (chosen, others): (Vec<_>, _) = groups.iter().cloned().partition(is_chosen);
    if only.is_empty() && !others.is_empty() {
        say::aside(&format!(
            "Not among them, since they need more time or other programs: {}; --only NAME measures one.",
            others.join(", ")
        ));
    }
    groups = chosen;
    steps.retain(|step| groups.contains(&step.group));
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

#[cfg(test)]
mod tests {
    use pythons::Python;

    use super::*;

    #[test]
    fn a_name_stands_for_a_group_or_for_those_that_begin_with_it() {
        let groups = ["pythons_cost", "pythons_start", "gil", "gil_threads", "python"];
        let meant = |name| -> Vec<&str> {
            groups.into_iter().filter(|group| is_meant(name, group, &groups)).collect()
        };
        assert_eq!(meant("pythons"), ["pythons_cost", "pythons_start"]);
        assert_eq!(meant("gil"), ["gil"]);
        assert_eq!(meant("gil_threads"), ["gil_threads"]);
        assert_eq!(meant("python"), ["python"]);
        assert_eq!(meant("pyth"), [""; 0]);
        let only = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| String::from(*name)).collect();
            refuse_unknown(&names, &groups)
        };
        assert_eq!(only(&["gil", "pythons"]), Ok(()));
        let refused = only(&["gil", "nothing"]).unwrap_err();
        assert!(
            refused.starts_with("there is no group `nothing`; there are pythons_cost, ")
        );
    }

    #[test]
    fn a_first_look_asks_the_ends_of_history() {
        let found = |(version, has_gil): (&str, bool)| Found {
            path: version.into(),
            python: Python {
                name: version.into(),
                version: version.into(),
                free_threaded: !has_gil,
                has_gil,
                compiler: "cc".into(),
                optimization: "-O3".into(),
            },
        };
        let all: Vec<_> = [
            ("2.7", true),
            ("3.6", true),
            ("3.13", true),
            ("3.13t", false),
            ("3.14", true),
            ("3.14t", false),
        ]
        .map(found)
        .to_vec();
        let names = |few: Vec<Found>| -> Vec<String> {
            few.into_iter().map(|found| found.python.name).collect()
        };
        assert_eq!(names(few(all.clone(), &[])), ["2.7", "3.14", "3.14t"]);
        let named = few(all.clone(), &["3.6".into()]);
        assert_eq!(names(named), ["2.7", "3.6", "3.14", "3.14t"]);
        assert_eq!(names(few(all[2..3].to_vec(), &[])), ["3.13"]);
        assert_eq!(few(Vec::new(), &[]), []);
    }
}
