//! How an interval is written, wherever one is.

use surveyor::kept::{Estimate, Measurement};

/// From here to there: `99 ns to 101 ns`.
pub(crate) fn range(low: f64, high: f64, format: fn(f64) -> String) -> String {
    format!("{} to {}", format(low), format(high))
}

/// A value and its interval: `100 ns (99 ns to 101 ns)`.
pub(crate) fn with_value(
    estimate: f64,
    (low, high): (f64, f64),
    format: fn(f64) -> String,
) -> String {
    format!("{} ({})", format(estimate), range(low, high, format))
}

/// A value with as much of an interval as it has.
pub(crate) fn in_sight(value: Estimate, format: fn(f64) -> String) -> String {
    let Estimate { low, estimate, high, samples, .. } = value;
    if samples == 1 {
        format!("{} (a single sample)", format(estimate))
    } else if low == high {
        format(estimate)
    } else if value.is_unsteady() {
        format!("{} ({}, unsteady)", format(estimate), range(low, high, format))
    } else {
        with_value(estimate, (low, high), format)
    }
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

/// An interval and what it stands on, for whoever points at a number. For a 95% interval, five
/// samples are too few.
pub(crate) fn explained(value: Estimate, format: fn(f64) -> String) -> String {
    let Estimate { low, high, samples, between_processes, .. } = value;
    let range = range(low, high, format);
    let unsteady = if value.is_unsteady() { "; unsteady: they disagree" } else { "" };
    match (between_processes, samples) {
        (_, 1) => "a single sample".into(),
        (false, n @ 2..6) => format!("all of {n} samples: {range}"),
        (false, n) => format!("95% interval {range}, {n} samples of one process"),
        (true, n @ 2..6) => format!("all of {n} processes: {range}{unsteady}"),
        (true, n) => format!("95% interval {range} between {n} processes{unsteady}"),
    }
}

/// The interval of a measurement, explained.
pub(crate) fn explained_of(m: &Measurement) -> String {
    explained(Estimate::of(m), m.unit.format())
}
