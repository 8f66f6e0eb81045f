//! The value of a quantity on a machine.

use super::break_even::BreakEven;
use super::measured::Measured;
use super::measurement::{Group, Measurement, Unit, ratio};
use crate::asking::Quantity;

/// A value and the interval in which it may lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The lower end.
    pub low: f64,
    /// The point estimate.
    pub estimate: f64,
    /// The upper end.
    pub high: f64,
}

impl Estimate {
    fn of(m: &Measurement) -> Self {
        Self { low: m.low, estimate: m.estimate, high: m.high }
    }
}

/// What a machine says to a question for a number.
#[derive(Clone, Debug)]
pub enum Said<'a> {
    /// What it measured.
    Measured(&'a Measurement),
    /// Of two measurements.
    Ratio(Estimate),
    /// From which size on, and what the sizes count.
    BreakEven(BreakEven, &'a str),
}

/// A number on one machine.
#[derive(Clone, Debug)]
pub struct On<'a> {
    /// The group that it belongs to, where that was measured.
    pub group: Option<&'a Group>,
    /// The number; nothing where it was not measured.
    pub said: Option<Said<'a>>,
}

/// A number on every machine that a page shows.
#[derive(Clone, Debug)]
pub struct Number<'a> {
    /// The machine that the book speaks of.
    pub reference: On<'a>,
    /// The reader's, if anything was measured there.
    pub yours: Option<On<'a>>,
}

impl Measured {
    /// The value of a quantity, where it was measured; there is none where something is
    /// divided by zero.
    ///
    /// Where both were measured by the same number of processes, a ratio is taken in each
    /// round of the run, and its interval is that between the rounds: what slowed a
    /// whole round down slowed both. Otherwise its interval is as wide as the two
    /// measurements allow.
    pub fn value(&self, quantity: &Quantity) -> Option<Estimate> {
        let one = self.get(&quantity.id)?;
        let Some(over) = &quantity.over else { return Some(Estimate::of(one)) };
        let over = self.get(over).filter(|over| over.low > 0.0)?;
        if one.processes.len() > 1 && one.processes.len() == over.processes.len() {
            let rounds = one.processes.iter().zip(&over.processes);
            let ratios = rounds.map(|(one, over)| one / over).collect();
            let ratio = Measurement::of_samples(String::new(), Unit::Ratio, ratios)?;
            return Some(Estimate::of(&ratio));
        }
        Some(Estimate {
            low: one.low / over.high,
            estimate: one.estimate / over.estimate,
            high: one.high / over.low,
        })
    }

    /// How to write the values of a quantity.
    pub fn format(&self, quantity: &Quantity) -> fn(f64) -> String {
        match (&quantity.over, self.get(&quantity.id)) {
            (None, Some(measurement)) => measurement.unit.format(),
            _ => ratio,
        }
    }

    /// The value of a quantity, and where it comes from.
    pub(crate) fn on<'a>(&'a self, quantity: &'a Quantity) -> On<'a> {
        let said = match quantity.over {
            None => self.get(&quantity.id).map(Said::Measured),
            Some(_) => self.value(quantity).map(Said::Ratio),
        };
        On { group: self.group(quantity.group()), said }
    }

    /// From which size on `split` is below `whole`; sizes count `of`.
    pub(crate) fn even<'a>(&'a self, split: &str, whole: &str, of: &'a str) -> On<'a> {
        let group = self.group(split.split('/').next().unwrap_or_default());
        let there = [split, whole].into_iter().all(|id| self.has_below(id));
        let said =
            there.then(|| Said::BreakEven(BreakEven::between(self, split, whole), of));
        On { group, said }
    }
}
