//! How long to measure, and how often: in full, and for a first look.

use crate::kept::measurement::PROCESSES;

/// How long to measure what. Times in seconds.
pub(super) struct Effort {
    /// How many processes measure a thing, one after the other.
    pub(super) processes: usize,
    /// How long a benchmark runs before it is measured, and how long it is measured, at least.
    pub(super) warm_up: f64,
    pub(super) time: f64,
    /// How many samples criterion takes in that time.
    pub(super) samples: u32,
    /// How often an observation is made.
    pub(super) rounds: u32,
    /// Whether benches should hurry.
    pub(super) quick: bool,
    /// How long observations take, compared with a full measurement; about.
    pub(super) share: f64,
    /// A benchmark that takes longer in one process is left out.
    pub(super) longest: f64,
    /// A group for which one process needs longer is measured by no second one.
    pub(super) once: f64,
}

pub(super) const QUICK: Effort = Effort {
    processes: 2,
    warm_up: 0.01,
    time: 0.02,
    samples: 10,
    rounds: 1,
    quick: true,
    share: 0.35,
    longest: 0.5,
    once: 0.3,
};
pub(super) const FULL: Effort = Effort {
    processes: PROCESSES,
    warm_up: 0.05,
    time: 0.2,
    samples: 10,
    rounds: 1,
    quick: false,
    share: 1.0,
    longest: f64::INFINITY,
    once: f64::INFINITY,
};

impl Effort {
    /// How many processes measure a group that takes one of them so many `seconds`.
    pub(super) fn times(&self, once: f64) -> usize {
        if once > self.once { 1 } else { self.processes }
    }
}
