//! What becomes of what was measured: it is written, or it is said why not.

use std::collections::BTreeSet;
use std::path::Path;

use super::bench::asks_every_python;
use super::sampling::Sampling;
use crate::code::files;
use crate::kept::Estimate;
use crate::kept::measurement::{Group, Meanwhile};
use crate::kept::{Measured, Measurement};
use crate::say;

/// What becomes of what was measured.
pub(super) struct Keeper<'a> {
    /// Whether to refuse what was measured while others used the machine.
    pub(super) strict: bool,
    /// Whether to add the processes of this run to those that were there before.
    pub(super) adds: bool,
    /// Whether somebody named the groups.
    pub(super) named: bool,
    pub(super) folder: &'a Path,
    /// What was there before, of this machine.
    pub(super) before: &'a Measured,
    /// Whether another machine's is there, and has to go, whole.
    pub(super) replaces: bool,
    pub(super) written: BTreeSet<String>,
    /// What all groups have in common.
    pub(super) frame: Group,
}

impl Keeper<'_> {
    /// What was measured, as it is kept, with how well the one before foretold it.
    pub(super) fn group(&self, sampling: &Sampling) -> Group {
        let pythons = match asks_every_python(sampling.name) {
            true => self.frame.pythons.clone(),
            false => Vec::new(),
        };
        let group = Group {
            group: sampling.name.into(),
            code: sampling.code.into(),
            seconds: sampling.seconds.round(),
            pythons,
            meanwhile: sampling.watched.meanwhile(),
            measurements: sampling.measurements(),
            ..self.frame.clone()
        };
        let Some(before) = self.before.group(sampling.name) else { return group };
        let group = Group { again: group.held_against(before), ..group };
        match self.adds && group.is_more_of(before) {
            true => group.added_to(before),
            false => group,
        }
    }

    /// What is said before a run that is to add to what is there, if there is nothing to which some groups could
    /// be added.
    pub(super) fn said_to_begin_anew(&self, samplings: &[Sampling]) -> Option<String> {
        if !self.adds {
            return None;
        }
        let anew = |sampling: &&Sampling| self.group(sampling).earlier.is_empty();
        let they = match (samplings.iter().filter(anew).count(), samplings.len()) {
            (0, _) => return None,
            (1, 1) => "the group begins anew".into(),
            (1, all) => format!("one of {all} groups begins anew"),
            (some, all) => format!("{some} of {all} groups begin anew"),
        };
        Some(format!(
            "{they}: there is no full measurement of this code, on this processor and kernel, with this compiler and \
             by these Pythons; what is there is replaced"
        ))
    }

    /// Writes each group for which it is time: after a round that is no worse than what was there
    /// before, and after the last. Returns which could not be written, with the reason.
    pub(super) fn keep(
        &mut self,
        samplings: &[Sampling],
        is_last: bool,
    ) -> Vec<(usize, String)> {
        let mut refused = Vec::new();
        let mut groups = Vec::new();
        for (at, sampling) in samplings.iter().enumerate() {
            let group = self.group(sampling);
            let there = self.before.group(sampling.name);
            let is_time = there.is_none_or(|there| group.is_better(there))
                || is_last && !sampling.failed && !self.is_full(&group);
            if sampling.parts.is_empty() || !is_time {
                continue;
            }
            // Rounds of several runs belong together one by one only where none has a gap.
            if !group.earlier.is_empty() && !sampling.is_whole() {
                if is_last {
                    let gap = "not every process measured all of it, so no more is added to what was there";
                    refused.push((at, gap.into()));
                }
                continue;
            }
            // Others may leave the machine alone after a while.
            if self.strict && !is_last {
                continue;
            }
            let meanwhile = sampling.watched.meanwhile();
            let disturbed_by = meanwhile.filter(Meanwhile::is_disturbed);
            match disturbed_by.filter(|_| self.strict) {
                None => groups.push((at, group)),
                Some(meanwhile) => {
                    let problem = disturbed(&meanwhile)
                        + "; what was there before stays. Measure it when the machine is quiet";
                    refused.push((at, problem));
                }
            }
        }
        if self.replaces && !groups.is_empty() {
            let all: Vec<_> = groups.iter().map(|(_, group)| group.clone()).collect();
            if let Err(problem) = replace_all(self.folder, &all) {
                refused.extend(groups.iter().map(|(at, _)| (*at, problem.clone())));
                return refused;
            }
            // From now on, all that is there is this machine's.
            self.replaces = false;
            self.written.extend(all.into_iter().map(|group| group.group));
            return refused;
        }
        for (at, group) in groups {
            match group.write(self.folder) {
                Ok(()) => {
                    self.written.insert(group.group);
                }
                Err(problem) => refused.push((at, problem)),
            }
        }
        refused
    }

    /// Whether a first look has found a full measurement of the same code. It doesn't take its
    /// place, unless somebody named the group.
    fn is_full(&self, group: &Group) -> bool {
        let there = self.before.group(&group.group);
        let is_full = there.is_some_and(|there| !there.quick && there.code == group.code);
        group.quick && is_full && !self.named
    }

    /// What a first look has left as it was, if anything.
    pub(super) fn said_to_be_full(&self) -> Option<String> {
        let named = |group: &&Group| {
            let now = Group {
                code: group.code.clone(),
                group: group.group.clone(),
                ..self.frame.clone()
            };
            self.is_full(&now) && !self.written.contains(&group.group)
        };
        let kept = self.before.groups().filter(named).count();
        let they = match kept {
            0 => return None,
            1 => "one group was".into(),
            n => format!("{n} groups were"),
        };
        Some(format!(
            "{they} measured in full before, of the same code, and not again; --only NAME looks \
             quickly all the same"
        ))
    }
}

/// Says what speaks against a group's numbers.
pub(super) fn warn(group: &Group) {
    if let Some(meanwhile) = group.meanwhile.filter(Meanwhile::is_disturbed) {
        say::aside(&format!("{}: {}", group.group, disturbed(&meanwhile)));
    }
    let spread = |m: &Measurement| (m.high - m.low) / m.estimate;
    let is_unsteady = |m: &&Measurement| Estimate::of(m).is_unsteady();
    let unsteady = group.measurements.iter().filter(is_unsteady);
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

pub(super) fn interrupted(written: &BTreeSet<String>) -> String {
    format!("interrupted; {}", kept(written))
}

/// What there is now.
pub(super) fn kept(written: &BTreeSet<String>) -> String {
    if written.is_empty() {
        return "all measurements are as they were".into();
    }
    let names: Vec<_> = written.iter().map(String::as_str).collect();
    format!("{} measured anew, the others are as they were", names.join(", "))
}

/// Writes all groups in place of those that were there, which come from another machine.
fn replace_all(folder: &Path, groups: &[Group]) -> Result<(), String> {
    files::replace_folder(folder, |new| {
        groups.iter().try_for_each(|group| group.write(new))
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::kept::measurement::{FORMAT, Machine, PROCESSES, Unit};
    use crate::running::watch::Watched;

    fn frame() -> Group {
        Group {
            format: FORMAT,
            run: Some(1),
            machine: Machine { cpu: "abacus".into(), cores: 2, ..Machine::default() },
            ..Group::default()
        }
    }

    fn measured<'a>(name: &'a str, watched: Watched) -> Sampling<'a> {
        let mut sampling = Sampling { watched, ..Sampling::of(name, "0") };
        let found = Measurement::of_samples(format!("{name}/a"), Unit::Ns, vec![1.0; 3]);
        sampling.parts = vec![vec![found.expect("numbers"); PROCESSES]];
        sampling
    }

    #[test]
    fn the_strict_refuse_what_was_disturbed() {
        let nothing = Measured::new("abacus".into(), []);
        let samplings = [
            measured("alone", Watched::default()),
            measured("crowded", Watched::crowd()),
        ];
        for (strict, written) in [(true, &["alone"][..]), (false, &["alone", "crowded"])]
        {
            let folder = TempDir::new().unwrap();
            let mut keeper = Keeper {
                strict,
                adds: false,
                named: false,
                folder: folder.path(),
                before: &nothing,
                replaces: false,
                written: BTreeSet::new(),
                frame: frame(),
            };
            let early = keeper.keep(&samplings, false);
            assert_eq!(
                (early.len(), keeper.written.len()),
                (0, if strict { 0 } else { 2 })
            );
            let refused = keeper.keep(&samplings, true);
            assert_eq!(refused.len(), usize::from(strict), "{refused:?}");
            if let [(at, problem)] = &refused[..] {
                assert_eq!(*at, 1);
                assert!(problem.contains("other programs used 50% of the processors"));
            }
            let there: Vec<_> =
                Measured::read(folder.path()).0.groups().cloned().collect();
            let there: Vec<_> = there.iter().map(|group| group.group.as_str()).collect();
            assert_eq!(there, written);
        }
    }

    #[test]
    fn more_processes_are_added_where_they_are_of_the_same() {
        let folder = TempDir::new().unwrap();
        let keep = |samplings: &[Sampling], adds, run| {
            let before = Measured::read(folder.path()).0;
            let mut keeper = Keeper {
                strict: false,
                adds,
                named: false,
                folder: folder.path(),
                before: &before,
                replaces: false,
                written: BTreeSet::new(),
                frame: Group { run: Some(run), ..frame() },
            };
            let said = keeper.said_to_begin_anew(samplings);
            let refused = keeper.keep(samplings, true);
            let now = Measured::read(folder.path()).0;
            let processes =
                samplings.iter().map(|it| now.group(it.name).unwrap().processes());
            (said, processes.collect::<Vec<_>>(), refused)
        };
        let written = |samplings: &[Sampling], adds, run| {
            let (said, processes, refused) = keep(samplings, adds, run);
            assert_eq!(refused, []);
            (said, processes)
        };
        let old = || measured("old", Watched::default());
        let other_code = Sampling { code: "1", ..old() };
        assert_eq!(written(&[old()], false, 1), (None, vec![PROCESSES]));
        let both = [old(), measured("new", Watched::default())];
        let (said, processes) = written(&both, true, 2);
        assert!(said.unwrap().starts_with("one of 2 groups begins anew"));
        assert_eq!(processes, [2 * PROCESSES, PROCESSES]);
        assert_eq!(written(&both, true, 3), (None, vec![3 * PROCESSES, 2 * PROCESSES]));
        let mut gap = old();
        let half = gap.parts[0][..PROCESSES - 1].to_vec();
        gap.parts.push(
            half.into_iter().map(|m| Measurement { id: "old/b".into(), ..m }).collect(),
        );
        let failed = Sampling { failed: true, ..old() };
        let nothing = Sampling { parts: Vec::new(), ..old() };
        for (untold, refusals) in [(gap, 1), (failed, 1), (nothing, 0)] {
            let (_, processes, refused) = keep(&[untold], true, 4);
            assert_eq!(
                (&processes[..], refused.len()),
                (&[3 * PROCESSES][..], refusals),
                "{refused:?}"
            );
        }
        let (said, processes) = written(&[other_code], true, 4);
        assert!(said.unwrap().starts_with("the group begins anew"));
        assert_eq!(processes, [PROCESSES]);
        assert_eq!(written(&[old()], false, 5), (None, vec![PROCESSES]));
    }

    #[test]
    fn another_machines_go_when_all_was_measured_once() {
        let folder = TempDir::new().unwrap();
        let folder = folder.path().join("ref");
        let gone = Group { group: "gone".into(), ..frame() };
        gone.write(&folder).unwrap();
        let nothing = Measured::new("ref".into(), []);
        let mut keeper = Keeper {
            strict: false,
            adds: false,
            named: false,
            folder: &folder,
            before: &nothing,
            replaces: true,
            written: BTreeSet::new(),
            frame: frame(),
        };
        let refused = keeper.keep(&[measured("alone", Watched::default())], false);
        assert_eq!(refused, []);
        let there = Measured::read(&folder).0;
        assert!(there.group("gone").is_none() && there.group("alone").is_some());
        assert!(!keeper.replaces, "what comes now is added");
    }
}
