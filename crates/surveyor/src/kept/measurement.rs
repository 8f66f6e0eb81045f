//! Measurements as they are kept: `book/measurements/<machine>/<group>.json`.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use pythons::Python;
use serde::{Deserialize, Serialize};
use tour::format;

use crate::code::files;

/// The layout of the files; one that a later version can't read gets a higher number.
pub const FORMAT: u32 = 1;

/// What no run of ours exceeds: files come from strangers, too.
const MOST_PROCESSES: usize = 1_000;
const MOST_INTERVALS: usize = 1_000_000;

/// The folder of the reader's own measurements, which git ignores.
pub const YOURS: &str = "yours";

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// How many times as much, or as fast.
    Ratio,
}

impl Unit {
    /// What such a number measures, as the axis of a plot says it.
    pub fn quantity(self) -> &'static str {
        match self {
            Self::Ns => "time",
            Self::Bytes => "memory",
            Self::Count => "number",
            Self::Ratio => "factor",
        }
    }

    /// How to write a value of this unit.
    pub fn format(self) -> fn(f64) -> String {
        match self {
            Self::Ns => format::nanoseconds,
            Self::Bytes => format::bytes,
            Self::Count => format::number,
            Self::Ratio => ratio,
        }
    }

    /// Its round numbers are powers of this.
    pub fn base(self) -> f64 {
        match self {
            Self::Bytes => 4.0,
            Self::Ns | Self::Count | Self::Ratio => 10.0,
        }
    }
}

/// A ratio; a small one with the digits that say something: `0.0024×`.
pub fn ratio(ratio: f64) -> String {
    if ratio > 0.0 && ratio < 0.00995 {
        format!("{ratio:.4}×")
    } else if ratio > 0.0 && ratio < 0.0995 {
        format!("{ratio:.3}×")
    } else {
        format::ratio(ratio)
    }
}

/// How many processes measure a thing in full. Of six, the smallest and the largest median are a
/// 95% interval.
pub const PROCESSES: usize = 6;

/// Beyond this the processes that measured something disagree: they lie further from the
/// estimate than this share of it. For the layout of the code alone, up to so much is
/// reported (Mytkowicz et al., *Producing Wrong Data Without Doing Anything Obviously
/// Wrong!*, ASPLOS 2009; Kalibera and Jones, *Rigorous Benchmarking in Reasonable Time*,
/// ISMM 2013, on why to measure in several processes).
pub const UNSTEADY: f64 = 0.3;

/// By which share of its width, on a logarithmic scale, an interval between processes is wider on each side than
/// where their medians lie. That says where the median is in this hour; at another hour, a second measurement of the whole
/// book found 85 of 100 medians there. Six processes and six others which only chance moves would do so in 89.
pub const MARGIN: f64 = 0.1;

/// One measured quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Its name: the group, and what distinguishes it there, separated by slashes.
    pub id: String,
    /// What its numbers count.
    pub unit: Unit,
    /// The point estimate.
    pub estimate: f64,
    /// The lower end of the interval: between processes where there were several, inside the
    /// one otherwise.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// From how many samples, of all processes together.
    pub samples: usize,
    /// The median of each process that measured it, in the order in which they ran. Empty
    /// for what is not known by processes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<f64>,
    /// How wide the interval inside one process is, as a share of its median; the median of
    /// all processes that took several samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<f64>,
}

impl Measurement {
    /// The median of `samples` and its 95% interval, which depends on no assumption about
    /// their distribution: the interval reaches from the k-th smallest to the k-th
    /// largest sample, k by the binomial distribution (see Conover, *Practical Nonparametric
    /// Statistics*, on confidence intervals for quantiles). For less than six samples that is
    /// all of them, and less than 95%.
    ///
    /// Returns nothing when there are no samples, or when one is not a number.
    pub fn of_samples(id: String, unit: Unit, mut samples: Vec<f64>) -> Option<Self> {
        if samples.is_empty() || samples.iter().any(|sample| !sample.is_finite()) {
            return None;
        }
        samples.sort_unstable_by(f64::total_cmp);
        let n = samples.len();
        let k = rank(n);
        let estimate = f64::midpoint(samples[(n - 1) / 2], samples[n / 2]);
        Some(Self {
            id,
            unit,
            estimate,
            low: samples[k],
            high: samples[n - 1 - k],
            samples: n,
            processes: Vec::new(),
            inside: None,
        })
    }

    /// The median of what several processes found, and the interval that is published: what [`Self::of_samples`]
    /// says, made wider by [`MARGIN`] on each side. A count stays within what was counted, since it may have
    /// an end that it can't pass; and so does what may be nothing.
    pub fn between(id: String, unit: Unit, medians: Vec<f64>) -> Option<Self> {
        let found = Self::of_samples(id, unit, medians)?;
        let wider = match unit {
            Unit::Count => 1.0,
            _ if found.low <= 0.0 => 1.0,
            _ => (found.high / found.low).powf(MARGIN),
        };
        Some(Self { low: found.low / wider, high: found.high * wider, ..found })
    }

    // ANCHOR: between
    /// What several processes found, each of which measured the same by itself: the median of
    /// their medians, and the interval *between* them. What differs from one process to the
    /// next (where code and memory came to lie, what else the machine did) shows only there.
    ///
    /// Returns nothing when there was no process.
    pub fn of_processes(parts: &[Self]) -> Option<Self> {
        let first = parts.first()?;
        let medians: Vec<_> = parts.iter().map(|part| part.estimate).collect();
        let inside = parts.iter().filter(|part| part.samples > 1 && part.estimate > 0.0);
        let inside = inside.map(|part| (part.high - part.low) / part.estimate).collect();
        let inside = Self::of_samples(String::new(), Unit::Ratio, inside);
        let between = match parts {
            // Only a look inside says how much a single process may be off.
            [alone] => alone.clone(),
            _ => Self::between(first.id.clone(), first.unit, medians.clone())?,
        };
        Some(Self {
            samples: parts.iter().map(|part| part.samples).sum(),
            processes: medians,
            inside: inside.map(|inside| inside.estimate),
            ..between
        })
    }
    // ANCHOR_END: between
}

/// How many of `n` sorted samples lie outside of the 95% interval of their median, on each side:
/// the most for which both sides together are outside with a probability of 5% or less.
fn rank(n: usize) -> usize {
    /// From here on, the normal distribution does as well.
    const MANY: usize = 200;
    if n > MANY {
        return (n as f64 / 2.0 - 1.96 * (n as f64).sqrt() / 2.0).floor() as usize - 1;
    }
    // How likely it is that exactly k of n samples lie below the median: n over k, halved n
    // times.
    let (mut exactly, mut at_most) = (0.5_f64.powi(n as i32), 0.0);
    for k in 0..n / 2 {
        at_most += exactly;
        if at_most > 0.025 {
            return k.saturating_sub(1);
        }
        exactly *= (n - k) as f64 / (k + 1) as f64;
    }
    0
}

/// The machine on which a group was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's model.
    pub cpu: String,
    /// How many threads it runs at once.
    pub cores: usize,
    /// Memory in bytes.
    pub memory: u64,
    /// The operating system.
    pub os: String,
    /// Its kernel.
    pub kernel: String,
    /// The compiler.
    pub rustc: String,
    /// The `python3`, where there is one.
    pub python: Option<String>,
    /// Its family, model and stepping: a brand may have many.
    #[serde(default)]
    pub model: Option<String>,
    /// Its caches, each with its size and how many hardware threads share it.
    #[serde(default)]
    pub caches: Option<String>,
    /// How many hardware threads a core has.
    #[serde(default)]
    pub threads_per_core: Option<usize>,
    /// Under which hypervisor it runs, or that there is none.
    #[serde(default)]
    pub hypervisor: Option<String>,
    /// What sets the clock of the processor, or that it isn't visible.
    #[serde(default)]
    pub governor: Option<String>,
}

impl Machine {
    /// Whether times from both may stand beside each other as if from one.
    pub fn is_like(&self, other: &Self) -> bool {
        self.cpu == other.cpu && self.cores == other.cores
    }

    /// Whether a number from one may be divided by one from the other: both have the same processor, as
    /// far as both say which. A brand has many models, and what is slow on one is quick on another.
    pub fn has_the_processor_of(&self, other: &Self) -> bool {
        let both = self.model.is_some() && other.model.is_some();
        self.is_like(other) && (!both || self.model == other.model)
    }
}

/// A group during which others took more than this share of the processors was disturbed.
pub const DISTURBED: f64 = 0.05;

/// What else happened on the machine while a group was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meanwhile {
    /// How many threads wanted to compute in the minute before, on average; the largest of
    /// all processes.
    pub load: f64,
    /// The share of the processors' time that the hypervisor gave to others.
    pub stolen: f64,
    /// The share of it that other programs on this machine used.
    pub others: f64,
}

impl Meanwhile {
    /// Whether others took so much that the numbers may not be the code's.
    pub fn is_disturbed(&self) -> bool {
        self.stolen + self.others > DISTURBED
    }
}

/// How well the intervals of a measurement foretold the next one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Again {
    /// When the first was taken.
    pub date: String,
    /// How many of its intervals contain the estimate of the second.
    pub covered: usize,
    /// Of how many. An interval of no width counts only where the second was another: it was
    /// the same each time, and then it wasn't.
    pub of: usize,
}

/// A run whose processes come before those of the last one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// Which one; see [`Group::run`].
    pub run: i64,
    /// How many processes it had.
    pub processes: usize,
}

/// The measurements of one group, and where they come from. The default is of no group, and measured nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The layout of this file, [`FORMAT`].
    pub format: u32,
    /// The group's name, which is the file's.
    pub group: String,
    /// The day on which it was measured; of several runs, that of the last one.
    pub date: String,
    /// The commit that was checked out, with a `+` when files had been changed since; of several runs, that of
    /// the last one.
    pub commit: String,
    /// The fingerprint of the code that was measured; see [`crate::code::fingerprint`].
    pub code: String,
    /// Whether it was measured with few samples, for a first look.
    pub quick: bool,
    /// How long measuring it took, in seconds.
    pub seconds: f64,
    /// Which run measured it, by the second of the Unix epoch in which that began. The rounds of
    /// one run belong together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<i64>,
    /// The runs before it to which it was added, from the first on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// The machine.
    pub machine: Machine,
    /// The Pythons that were to measure it, where it is measured with all there are; also those
    /// on which that went wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pythons: Vec<Python>,
    /// What else happened there, where the system says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meanwhile: Option<Meanwhile>,
    /// What became of the measurement before this one, where it was one of the same code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Again>,
    /// The measurements, in the order in which the bench makes them.
    pub measurements: Vec<Measurement>,
}

impl Group {
    /// Reads a file of measurements.
    ///
    /// # Errors
    ///
    /// One line, when it can't be read, is not whole, or comes from another version.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text = files::text(file)?;
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        match serde_json::from_str(&text).map_err(|error| error.to_string())? {
            Version { format: FORMAT } => {
                let mut group: Self =
                    serde_json::from_str(&text).map_err(|error| error.to_string())?;
                group.check(file)?;
                // By the rule of today, whatever it was when they were measured.
                for m in &mut group.measurements {
                    if m.processes.len() > 1 {
                        let medians = m.processes.clone();
                        let between = Measurement::between(m.id.clone(), m.unit, medians);
                        (m.low, m.high) =
                            between.map_or((m.low, m.high), |m| (m.low, m.high));
                    }
                }
                Ok(group)
            }
            Version { format } => Err(format!(
                "it has format {format}, and this bookbinder reads format {FORMAT}"
            )),
        }
    }

    /// Whether the numbers can be what a bench wrote; says what they can't be.
    fn check(&self, file: &Path) -> Result<(), String> {
        if file.file_stem().is_none_or(|stem| stem != self.group.as_str()) {
            return Err(format!("it is the file of group `{}`", self.group));
        }
        let Self { machine, .. } = self;
        let pythons = self.pythons.iter().flat_map(|python| {
            let Python { name, version, compiler, optimization, .. } = python;
            [name, version, compiler, optimization]
        });
        let said = [&self.date, &self.commit, &self.code]
            .into_iter()
            .chain(pythons)
            .chain([&machine.cpu, &machine.os, &machine.kernel, &machine.rustc])
            .chain(&machine.python)
            .chain(self.again.iter().map(|again| &again.date))
            .chain(&machine.model)
            .chain(&machine.caches)
            .chain(&machine.hypervisor)
            .chain(&machine.governor)
            .chain(self.measurements.iter().map(|m| &m.id));
        // They would go to a terminal, too.
        if let Some(odd) = said.into_iter().find(|said| said.contains(char::is_control)) {
            return Err(format!("{odd:?} has control characters"));
        }
        if self.again.as_ref().is_some_and(|a| a.covered > a.of || a.of > MOST_INTERVALS)
        {
            return Err("it foretold more than it measured".into());
        }
        let mut seen = BTreeSet::new();
        for m in &self.measurements {
            let is_ours =
                m.id.strip_prefix(&self.group).is_some_and(|rest| rest.starts_with('/'));
            let problem = if !is_ours {
                "doesn't belong to the group"
            } else if !seen.insert(&m.id) {
                "is there twice"
            } else if m.processes.len() > MOST_PROCESSES {
                "was measured by more processes than anybody starts"
            } else if m.processes.iter().any(|median| !(0.0..=f64::MAX).contains(median))
            {
                "was measured by a process that found no such number"
            } else if !(0.0 <= m.low
                && m.low <= m.estimate
                && m.estimate <= m.high
                && m.high.is_finite())
            {
                "has no interval around its estimate"
            } else {
                continue;
            };
            return Err(format!("`{}` {problem}", m.id));
        }
        Ok(())
    }

    /// How many processes measured it, each of them all that it could.
    pub fn processes(&self) -> usize {
        self.measurements.iter().map(|m| m.processes.len()).max().unwrap_or(0)
    }

    /// How many processes measured what the fewest did.
    pub fn fewest(&self) -> usize {
        self.measurements.iter().map(|m| m.processes.len()).min().unwrap_or(0)
    }

    /// Whether this should take the place of one that is there before all its processes
    /// have measured.
    pub fn is_better(&self, there: &Self) -> bool {
        there.code != self.code
            || (there.quick && !self.quick)
            || (there.quick == self.quick && there.processes() <= self.processes())
    }

    /// How well an earlier measurement of the same code foretold this one; nothing when one
    /// of both was a first look, or by fewer processes than [`PROCESSES`], or on another processor.
    /// Of an earlier one by more processes, the last so many count: the interval of twelve is narrower, and says
    /// less of what six will find.
    pub fn held_against(&self, before: &Self) -> Option<Again> {
        let whole = |group: &Self| !group.quick && group.processes() >= PROCESSES;
        let same = self.machine.has_the_processor_of(&before.machine);
        if before.code != self.code || !same || !whole(before) || !whole(self) {
            return None;
        }
        let now: HashMap<_, _> =
            self.measurements.iter().map(|m| (m.id.as_str(), m.estimate)).collect();
        let again = |m: &Measurement| {
            let now = *now.get(m.id.as_str())?;
            let last = &m.processes[m.processes.len().saturating_sub(PROCESSES)..];
            let m = Measurement::between(m.id.clone(), m.unit, last.to_vec())?;
            let covered = m.low <= now && now <= m.high;
            (m.low < m.high || !covered).then_some(covered)
        };
        let again: Vec<bool> = before.measurements.iter().filter_map(again).collect();
        let covered = again.iter().filter(|covered| **covered).count();
        Some(Again { date: before.date.clone(), covered, of: again.len() })
    }

    /// Writes the group into `folder`. The file is replaced whole or stays as it was.
    ///
    /// # Errors
    ///
    /// One line, when it can't be written, or nobody would read it again.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let file = folder.join(format!("{}.json", self.group));
        self.check(&file)?;
        let mut json =
            serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        json.push('\n');
        files::write_whole(&file, json.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_by_the_binomial_distribution() {
        // Conover's table A.3, and the two ways where they meet.
        for (n, k) in [(1, 0), (5, 0), (6, 0), (8, 0), (9, 1), (10, 1), (20, 5), (50, 17)]
        {
            assert_eq!(rank(n), k, "of {n}");
        }
        assert!(rank(201) - rank(200) <= 1);
    }

    fn measured(medians: &[f64]) -> Measurement {
        let part = |&median: &f64| {
            Measurement::of_samples("g/a".into(), Unit::Ns, vec![median; 3]).unwrap()
        };
        Measurement::of_processes(&medians.iter().map(part).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn an_interval_reaches_over_all_of_six_processes() {
        let m = measured(&[5.0, 1.0, 2.0, 9.0, 3.0, 4.0]);
        // And by a tenth of its width more.
        let tenth = 9.0_f64.powf(0.1);
        assert_eq!(
            (m.low, m.estimate, m.high, m.samples),
            (1.0 / tenth, 3.5, 9.0 * tenth, 18)
        );
        let counted =
            Measurement::between("g/a".into(), Unit::Count, vec![0.0, 7.0, 9.0]);
        assert_eq!(counted.map(|m| (m.low, m.high)), Some((0.0, 9.0)));
        assert_eq!(m.inside, Some(0.0));
    }

    #[test]
    fn one_process_has_what_it_found_inside() {
        let part = Measurement::of_samples("g/a".into(), Unit::Ns, vec![1.0, 2.0, 3.0]);
        let m = Measurement::of_processes(&[part.unwrap()]).unwrap();
        assert_eq!((m.low, m.estimate, m.high), (1.0, 2.0, 3.0));
        assert_eq!((m.processes.as_slice(), m.inside), ([2.0].as_slice(), Some(1.0)));
        assert_eq!(Measurement::of_processes(&[]), None);
    }

    fn group(date: &str, measurements: Vec<Measurement>) -> Group {
        let (group, code) = ("g".into(), "0".into());
        Group { group, code, date: date.into(), measurements, ..Group::default() }
    }

    #[test]
    fn what_was_foretold() {
        let before = group("monday", vec![measured(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])]);
        let again = |medians: &[f64]| {
            let now = group("tuesday", vec![measured(medians)]);
            now.held_against(&before).map(|again| (again.covered, again.of))
        };
        assert_eq!(again(&[6.0; 6]), Some((1, 1)));
        assert_eq!(again(&[8.0; 6]), Some((0, 1)));
        assert_eq!(again(&[6.0; 5]), None, "too few");
        let more = [9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let more = group("monday", vec![measured(&more)]);
        let now = group("tuesday", vec![measured(&[2.0; 6])]);
        let again = now.held_against(&more).unwrap();
        assert_eq!(again.covered, 1, "the last six of the twelve foretell it");
        let quick = Group { quick: true, ..group("tuesday", vec![measured(&[3.0; 6])]) };
        assert_eq!(quick.held_against(&before), None);
        let other =
            Group { code: "1".into(), ..group("tuesday", vec![measured(&[3.0; 6])]) };
        assert_eq!(other.held_against(&before), None);
        let on = |model: &str, mut group: Group| {
            group.machine.model = Some(model.into());
            group
        };
        let now = || group("tuesday", vec![measured(&[6.0; 6])]);
        let before_on_one = on("one", before.clone());
        assert!(on("one", now()).held_against(&before_on_one).is_some());
        assert_eq!(on("another", now()).held_against(&before_on_one), None);
        // What was the same each time promises to be the same again.
        let exact = group("monday", vec![measured(&[7.0; 6])]);
        for (now, of) in [(7.0, 0), (8.0, 1)] {
            let again = group("tuesday", vec![measured(&[now; 6])]).held_against(&exact);
            assert_eq!(again.map(|again| (again.covered, again.of)), Some((0, of)));
        }
    }
}
