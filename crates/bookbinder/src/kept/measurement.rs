//! Measurements as they are kept: `book/measurements/<machine>/<group>.json`.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use tour::format;

use crate::code::files;

/// The layout of the files; one that a later version can't read gets a higher number.
pub const FORMAT: u32 = 1;

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
    } else {
        format::ratio(ratio)
    }
}

/// One measured quantity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Its name: the group, and what distinguishes it there, separated by slashes.
    pub id: String,
    /// What its numbers count.
    pub unit: Unit,
    /// The point estimate.
    pub estimate: f64,
    /// The lower end of the 95% interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// From how many samples.
    pub samples: usize,
}

impl Measurement {
    /// The median of `samples` and its 95% interval, which depends on no assumption about
    /// their distribution: the interval reaches from the k-th smallest to the k-th
    /// largest sample, k by the binomial distribution (normal approximation; see Conover,
    /// *Practical Nonparametric Statistics*, on confidence intervals for quantiles). For
    /// less than six samples that is all of them.
    ///
    /// Returns nothing when there are no samples, or when one is not a number.
    pub fn of_samples(id: String, unit: Unit, mut samples: Vec<f64>) -> Option<Self> {
        if samples.is_empty() || samples.iter().any(|sample| !sample.is_finite()) {
            return None;
        }
        samples.sort_unstable_by(f64::total_cmp);
        let n = samples.len();
        let k =
            ((n as f64 / 2.0 - 1.96 * (n as f64).sqrt() / 2.0).floor().max(0.0)) as usize;
        let estimate = f64::midpoint(samples[(n - 1) / 2], samples[n / 2]);
        Some(Self {
            id,
            unit,
            estimate,
            low: samples[k],
            high: samples[n - 1 - k],
            samples: n,
        })
    }
}

/// The machine on which a group was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
}

impl Machine {
    /// Whether times from both may stand beside each other as if from one.
    pub fn is_like(&self, other: &Self) -> bool {
        self.cpu == other.cpu && self.cores == other.cores
    }
}

/// The measurements of one group, and where they come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The layout of this file, [`FORMAT`].
    pub format: u32,
    /// The group's name, which is the file's.
    pub group: String,
    /// The day on which it was measured.
    pub date: String,
    /// The commit that was checked out, with a `+` when files had been changed since.
    pub commit: String,
    /// The fingerprint of the code that was measured; see [`crate::code::fingerprint`].
    pub code: String,
    /// Whether it was measured with few samples, for a first look.
    pub quick: bool,
    /// How long measuring it took, in seconds.
    pub seconds: f64,
    /// The machine.
    pub machine: Machine,
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
                let group: Self =
                    serde_json::from_str(&text).map_err(|error| error.to_string())?;
                group.check(file)?;
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
        let said = [&self.date, &self.commit, &self.code]
            .into_iter()
            .chain([&machine.cpu, &machine.os, &machine.kernel, &machine.rustc])
            .chain(&machine.python)
            .chain(self.measurements.iter().map(|m| &m.id));
        // They would go to a terminal, too.
        if let Some(odd) = said.into_iter().find(|said| said.contains(char::is_control)) {
            return Err(format!("{odd:?} has control characters"));
        }
        let mut seen = BTreeSet::new();
        for m in &self.measurements {
            let is_ours =
                m.id.strip_prefix(&self.group).is_some_and(|rest| rest.starts_with('/'));
            let problem = if !is_ours {
                "doesn't belong to the group"
            } else if !seen.insert(&m.id) {
                "is there twice"
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
