//! The value of a quantity on a machine.

use super::break_even::BreakEven;
use super::measured::Measured;
use super::measurement::{Group, Measurement, UNSTEADY, Unit};
use crate::asking::Quantity;
use crate::code::Refusal;

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
    pub(crate) fn with_doubt(self) -> Self {
        if self.samples > 1 {
            return self;
        }
        let doubt = UNSTEADY * self.estimate;
        Self { low: self.low - doubt, high: self.high + doubt, ..self }
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
    /// The other machines that come with the book, by their names.
    pub others: Vec<(&'a str, On<'a>)>,
}

impl Measured {
    /// The value of a quantity, where it was measured; there is none where something is
    /// divided by zero.
    ///
    /// Where both were measured in the same rounds of one run, a ratio is taken in each
    /// round, and its interval is that between the rounds: what slowed a whole round down
    /// slowed both. Otherwise its interval is as wide as the two measurements allow.
    pub fn value(&self, quantity: &Quantity) -> Option<Estimate> {
        let one = self.get(&quantity.id)?;
        let Some(over) = &quantity.over else { return Some(Estimate::of(one)) };
        let over = self.get(over).filter(|over| over.low > 0.0)?;
        let (a, b) = (Estimate::of(one), Estimate::of(over));
        if self.in_the_same_rounds(one, over) {
            let rounds = one.processes.iter().zip(&over.processes);
            let ratios = rounds.map(|(one, over)| one / over).collect();
            let ratio = Measurement::between(String::new(), Unit::Ratio, ratios)?;
            return Some(Estimate { between_processes: true, ..Estimate::of(&ratio) });
        }
        Some(Estimate {
            low: a.low / b.high,
            estimate: a.estimate / b.estimate,
            high: a.high / b.low,
            samples: a.samples.min(b.samples),
            between_processes: a.between_processes && b.between_processes,
        })
    }

    /// Refuses to compare what was measured on one processor with what was measured on another.
    pub(crate) fn compares_processors(&self, quantity: &Quantity) -> Option<Refusal> {
        let one = self.group_of(&quantity.id)?;
        let over = self.group_of(quantity.over.as_ref()?)?;
        (!one.machine.has_the_processor_of(&over.machine)).then(|| {
            (
                format!("`{quantity}` compares two processors"),
                format!(
                    "measure both groups on one: `cargo book measure --machine {} --only {} --only {}`",
                    self.name, one.group, over.group
                ),
            )
        })
    }

    /// Whether the medians of two measurements belong together, one by one: both were there in
    /// every round, and the rounds are those of one run.
    fn in_the_same_rounds(&self, one: &Measurement, over: &Measurement) -> bool {
        let (Some(a), Some(b)) = (self.group_of(&one.id), self.group_of(&over.id)) else {
            return false;
        };
        let rounds = one.processes.len();
        rounds > 1
            && rounds == over.processes.len()
            && [a, b].iter().all(|group| group.processes() == rounds)
            && (a.group == b.group || a.run.is_some() && a.run == b.run)
    }

    /// What the values of a quantity count; a ratio, where nothing was measured.
    pub fn unit(&self, quantity: &Quantity) -> Unit {
        match (&quantity.over, self.get(&quantity.id)) {
            (None, Some(measurement)) => measurement.unit,
            _ => Unit::Ratio,
        }
    }

    /// How to write the values of a quantity.
    pub fn format(&self, quantity: &Quantity) -> fn(f64) -> String {
        self.unit(quantity).format()
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
        let group = self.group_of(split);
        let there = [split, whole].into_iter().all(|id| self.has_below(id));
        let said =
            there.then(|| Said::BreakEven(BreakEven::between(self, split, whole), of));
        On { group, said }
    }
}
