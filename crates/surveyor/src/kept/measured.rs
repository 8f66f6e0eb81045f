//! Everything measured on one machine: a folder of `book/measurements/`.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::path::{Path, PathBuf};

use pythons::Python;

use super::measurement::{Group, Machine, Measurement, Unit};
use crate::code::files;

/// Everything measured on one machine.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The name of its folder.
    pub name: String,
    groups: BTreeMap<String, Group>,
    /// Of each id, its group and its place there.
    places: BTreeMap<String, (String, usize)>,
    /// The group that says what machine it is.
    first: Option<String>,
    /// How many of all intervals contained the estimate of the next measurement.
    covered: Option<Measurement>,
}

/// The id of how many of a hundred intervals contain what the next measurement of the same
/// code found. No bench measures it: it is counted over all groups that were measured in full
/// twice.
pub const COVERED: &str = "coverage/of 100 intervals, those with the next estimate";

impl Measured {
    /// What a machine of that name measured.
    pub fn new(name: String, groups: impl IntoIterator<Item = Group>) -> Self {
        let groups: BTreeMap<_, _> =
            groups.into_iter().map(|group| (group.group.clone(), group)).collect();
        let places = groups.values().flat_map(|group| {
            let ids = group.measurements.iter().map(|m| m.id.clone()).enumerate();
            ids.map(|(place, id)| (id, (group.group.clone(), place)))
        });
        let again = || groups.values().filter_map(|group| group.again.as_ref());
        let all: usize = again().map(|again| again.of).sum();
        let covered = again().map(|again| again.covered).sum::<usize>();
        // Nothing, where there are none: a quotient by zero is no sample.
        let share = vec![100.0 * covered as f64 / all as f64];
        let covered = Measurement::of_samples(COVERED.into(), Unit::Count, share);
        let first = first_of_most(&groups).map(|group| group.group.clone());
        Self { name, places: places.collect(), first, groups, covered }
    }

    /// Reads a folder of measurements. Returns what could be read, and for each file that
    /// couldn't the reason.
    pub fn read(folder: &Path) -> (Self, Vec<(PathBuf, String)>) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (mut groups, mut broken) = (Vec::new(), Vec::new());
        for file in files::sorted(folder) {
            if file.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match Group::read(&file) {
                Ok(group) => groups.push(group),
                Err(reason) => broken.push((file, reason)),
            }
        }
        (Self::new(name, groups), broken)
    }

    /// What was measured, group by group.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// The group of that name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name)
    }

    /// The group to which an id belongs, or would.
    pub fn group_of(&self, id: &str) -> Option<&Group> {
        self.group(id.split('/').next().unwrap_or_default())
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The measurement called `id`.
    pub fn get(&self, id: &str) -> Option<&Measurement> {
        if id == COVERED {
            return self.covered.as_ref();
        }
        let (group, place) = self.places.get(id)?;
        self.groups.get(group)?.measurements.get(*place)
    }

    /// Whether there is a measurement whose id begins with `prefix`, a group's name or that and
    /// more.
    pub fn has_below(&self, prefix: &str) -> bool {
        let below = format!("{prefix}/");
        let mut after =
            self.places.range::<str, _>((Excluded(below.as_str()), Unbounded));
        after.next().is_some_and(|(id, _)| id.starts_with(&below))
    }

    /// All measurements whose id begins with `prefix`, a group's name or that and more.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a Measurement> {
        let group = prefix.split('/').next().unwrap_or_default();
        let measurements =
            self.groups.get(group).into_iter().flat_map(|group| &group.measurements);
        measurements.filter(move |m| {
            m.id.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Every Python that measured something.
    pub fn pythons(&self) -> Vec<&Python> {
        let all = self.groups.values().flat_map(|group| &group.pythons);
        let all: BTreeMap<_, _> = all.map(|python| (&python.name, python)).collect();
        let mut all: Vec<_> = all.into_values().collect();
        all.sort_by_cached_key(|python| python.order());
        all
    }

    /// The machine, as the first group describes it that comes from the processor from which most come.
    pub fn machine(&self) -> Option<&Machine> {
        self.groups.get(self.first.as_ref()?).map(|group| &group.machine)
    }
}

/// The first group that comes from the processor from which most come.
fn first_of_most(groups: &BTreeMap<String, Group>) -> Option<&Group> {
    fn processor(machine: &Machine) -> (&str, usize, Option<&str>) {
        (&machine.cpu, machine.cores, machine.model.as_deref())
    }
    let mut from = BTreeMap::<_, usize>::new();
    for group in groups.values() {
        *from.entry(processor(&group.machine)).or_default() += 1;
    }
    // Of two with as many, the later one would be found.
    groups.values().rev().max_by_key(|group| from[&processor(&group.machine)])
}
