//! What is kept of a run: the times of each variant, and what the advisor said of the baseline.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::manifest::Job;

/// A job, as it was measured and watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) job: String,
    pub(crate) kind: String,
    pub(crate) tasks: Option<u64>,
    /// The variant that was watched.
    pub(crate) baseline: String,
    /// Of each variant, the options that it stands for.
    pub(crate) stands_for: BTreeMap<String, Vec<String>>,
    /// Of each variant, how many seconds it took in each round. In some it didn't run: it was far behind, or failed.
    pub(crate) seconds: BTreeMap<String, Vec<Option<f64>>>,
    /// Of each variant that failed, why.
    pub(crate) failed: BTreeMap<String, String>,
    /// Why the job didn't run here at all.
    pub(crate) left_out: Option<String>,
    pub(crate) advice: Option<Advice>,
    /// Why there is no advice.
    pub(crate) unadvised: Option<String>,
}

/// What the advisor said of a program that it watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Advice {
    /// An option, or `leave`, or `cannot-tell`.
    pub(crate) recommendation: String,
    pub(crate) sentence: String,
    pub(crate) options: Vec<Predicted>,
    /// How long the program took while it was watched, from its start to the advisor's end.
    #[serde(default)]
    pub(crate) took: f64,
}

/// How many times as fast the program would be, the advisor says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Predicted {
    pub(crate) option: String,
    /// Nothing, where that can't be known from outside.
    pub(crate) speedup: Option<Range>,
}

/// A prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// What several rounds found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) low: f64,
    pub(crate) median: f64,
    pub(crate) high: f64,
}

impl Found {
    /// The median, and the interval between the smallest and the largest; nothing, where nothing was found.
    pub(crate) fn of(mut all: Vec<f64>) -> Option<Self> {
        all.sort_unstable_by(f64::total_cmp);
        let (&low, &high) = (all.first()?, all.last()?);
        let n = all.len();
        Some(Self { low, median: f64::midpoint(all[(n - 1) / 2], all[n / 2]), high })
    }
}

impl Record {
    /// Of a job of which nothing is known yet.
    pub(crate) fn of(job: &Job) -> Self {
        let nothing = |variant: &String| (variant.clone(), Vec::new());
        Self {
            job: job.name.clone(),
            kind: job.kind.clone(),
            tasks: job.tasks,
            baseline: job.baseline.clone(),
            stands_for: job.variants.clone(),
            seconds: job.variants.keys().map(nothing).collect(),
            failed: BTreeMap::new(),
            left_out: None,
            advice: None,
            unadvised: None,
        }
    }

    /// The same times, with what the manifest says of the job today.
    pub(crate) fn read_again(self, job: &Job) -> Self {
        Self {
            seconds: self.seconds,
            failed: self.failed,
            left_out: self.left_out,
            ..Self::of(job)
        }
    }

    /// Whether the baseline has run, or the job was left out for a reason.
    pub(crate) fn has_run(&self) -> bool {
        self.left_out.is_some() || self.time(&self.baseline).is_some()
    }

    /// How long a variant took, in seconds; nothing when it has failed.
    pub(crate) fn time(&self, variant: &str) -> Option<Found> {
        if self.failed.contains_key(variant) {
            return None;
        }
        Found::of(self.seconds.get(variant)?.iter().flatten().copied().collect())
    }

    /// How many times as fast as the baseline a variant is, round by round: what the machine did meanwhile slowed both.
    pub(crate) fn speedup(&self, variant: &str) -> Option<Found> {
        self.time(variant)?;
        Found::of(self.speedups(variant))
    }

    /// The same of each round in which both ran.
    pub(crate) fn speedups(&self, variant: &str) -> Vec<f64> {
        let of = |variant| self.seconds.get(variant).into_iter().flatten();
        let rounds = of(&self.baseline as &str).zip(of(variant));
        rounds.filter_map(|(baseline, other)| Some((*baseline)? / (*other)?)).collect()
    }

    /// The variant with the smallest median.
    pub(crate) fn best(&self) -> Option<(&str, Found)> {
        let timed = self
            .seconds
            .keys()
            .filter_map(|variant| Some((variant.as_str(), self.time(variant)?)));
        timed.min_by(|(_, a), (_, b)| a.median.total_cmp(&b.median))
    }

    /// The variant that stands for an option.
    pub(crate) fn variant_for(&self, option: &str) -> Option<&str> {
        if option == "leave" {
            return Some(&self.baseline);
        }
        let mut all = self.stands_for.iter();
        let (variant, _) =
            all.find(|(_, options)| options.iter().any(|o| o == option))?;
        Some(variant)
    }
}
