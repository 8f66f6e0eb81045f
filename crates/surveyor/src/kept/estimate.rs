//! A value, and the interval in which it may lie.

use super::measurement::{Measurement, UNSTEADY};

/// A value and the interval in which it may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The lower end.
    pub low: f64,
    /// The point estimate.
    pub estimate: f64,
    /// The upper end.
    pub high: f64,
    /// On how many samples it stands: of processes, where several measured it.
    pub samples: usize,
    /// Whether the interval is that between processes.
    pub between_processes: bool,
}

impl Estimate {
    /// The value of a measurement.
    pub fn of(m: &Measurement) -> Self {
        let Measurement { low, estimate, high, .. } = *m;
        let (samples, between_processes) = match m.processes.len() {
            0 | 1 => (m.samples, false),
            n => (n, true),
        };
        Self { low, estimate, high, samples, between_processes }
    }

    /// Whether the processes that measured it disagree by more than [`UNSTEADY`].
    pub fn is_unsteady(&self) -> bool {
        let most = UNSTEADY * self.estimate;
        self.between_processes
            && (self.estimate - self.low > most || self.high - self.estimate > most)
    }

    /// As far as a single sample says: what comes next may lie as far off as processes do that
    /// barely agree. The same again, where there is an interval.
    pub fn with_doubt(self) -> Self {
        if self.samples > 1 {
            return self;
        }
        let doubt = UNSTEADY * self.estimate;
        Self { low: self.low - doubt, high: self.high + doubt, ..self }
    }
}
