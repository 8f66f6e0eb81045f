//! How an interval is written, wherever one is.

use crate::kept::Measurement;

/// From here to there: `99 ns to 101 ns`.
pub(crate) fn range(low: f64, high: f64, format: fn(f64) -> String) -> String {
    format!("{} to {}", format(low), format(high))
}

/// The interval of a measurement.
pub(crate) fn of(m: &Measurement) -> String {
    range(m.low, m.high, m.unit.format())
}

/// The interval of a measurement, or that there is none.
pub(crate) fn spread(m: &Measurement) -> String {
    match m.samples {
        1 => "a single sample".into(),
        _ if m.low == m.high => "each time".into(),
        _ => of(m),
    }
}

/// The interval of a measurement and what it stands on, for whoever points at a number. For a 95%
/// interval, five samples are too few.
pub(crate) fn explained(m: &Measurement) -> String {
    let unsteady = if m.is_unsteady() { "; unsteady: they disagree" } else { "" };
    match (m.processes.len(), m.samples) {
        (0 | 1, 1) => "a single sample".into(),
        (0 | 1, n @ 2..6) => format!("all of {n} samples: {}", of(m)),
        (0 | 1, n) => format!("95% interval {}, {n} samples of one process", of(m)),
        (n @ 2..6, _) => format!("all of {n} processes: {}{unsteady}", of(m)),
        (n, _) => format!("95% interval {} between {n} processes{unsteady}", of(m)),
    }
}
