//! What was measured of one group so far.

use std::collections::HashSet;

use super::watch::Watched;
use crate::kept::Measurement;

/// What was measured of one group so far.
pub(super) struct Sampling<'a> {
    pub(super) name: &'a str,
    /// The fingerprint of its code.
    pub(super) code: &'a str,
    /// Of each id, in the order in which they first came, what each process found.
    pub(super) parts: Vec<Vec<Measurement>>,
    pub(super) seconds: f64,
    pub(super) watched: Watched,
    /// Whether something went wrong, at least once.
    pub(super) failed: bool,
    /// What was said of it. A reason isn't new because another process has it, too.
    pub(super) said: HashSet<String>,
}

impl<'a> Sampling<'a> {
    pub(super) fn of(name: &'a str, code: &'a str) -> Self {
        Self {
            name,
            code,
            parts: Vec::new(),
            seconds: 0.0,
            watched: Watched::default(),
            failed: false,
            said: HashSet::new(),
        }
    }

    pub(super) fn add(&mut self, measurement: Measurement) {
        match self.parts.iter_mut().find(|parts| parts[0].id == measurement.id) {
            Some(parts) => parts.push(measurement),
            None => self.parts.push(vec![measurement]),
        }
    }

    /// Whether nothing went wrong, and each process has measured everything.
    pub(super) fn is_whole(&self) -> bool {
        let all = self.parts.iter().map(Vec::len).max();
        !self.failed && self.parts.iter().all(|parts| Some(parts.len()) == all)
    }

    pub(super) fn measurements(&self) -> Vec<Measurement> {
        self.parts.iter().filter_map(|parts| Measurement::of_processes(parts)).collect()
    }
}
