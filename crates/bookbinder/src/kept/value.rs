//! The value of a quantity on a machine.

use surveyor::kept::measurement::{Group, Unit};
use surveyor::kept::{Estimate, Measured, Measurement};

use super::break_even::BreakEven;
use crate::asking::Quantity;
use crate::finding::Refusal;

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

/// What a machine says to the quantities that a chapter or a claim asks for.
pub(crate) trait Values {
    /// The value of a quantity, where it was measured; there is none where something is
    /// divided by zero.
    ///
    /// Where both were measured in the same rounds of one run, a ratio is taken in each
    /// round, and its interval is that between the rounds: what slowed a whole round down
    /// slowed both. Otherwise its interval is as wide as the two measurements allow.
    fn value(&self, quantity: &Quantity) -> Option<Estimate>;

    /// Refuses to compare what was measured on one processor with what was measured on another.
    fn compares_processors(&self, quantity: &Quantity) -> Option<Refusal>;

    /// What the values of a quantity count; a ratio, where nothing was measured.
    fn unit(&self, quantity: &Quantity) -> Unit;

    /// How to write the values of a quantity.
    fn format(&self, quantity: &Quantity) -> fn(f64) -> String;

    /// The value of a quantity, and where it comes from.
    fn on<'a>(&'a self, quantity: &'a Quantity) -> On<'a>;

    /// From which size on `split` is below `whole`; sizes count `of`.
    fn even<'a>(&'a self, split: &str, whole: &str, of: &'a str) -> On<'a>;
}

impl Values for Measured {
    fn value(&self, quantity: &Quantity) -> Option<Estimate> {
        let one = self.get(&quantity.id)?;
        let Some(over) = &quantity.over else { return Some(Estimate::of(one)) };
        let over = self.get(over).filter(|over| over.low > 0.0)?;
        let (a, b) = (Estimate::of(one), Estimate::of(over));
        if in_the_same_rounds(self, one, over) {
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

    fn compares_processors(&self, quantity: &Quantity) -> Option<Refusal> {
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

    fn unit(&self, quantity: &Quantity) -> Unit {
        match (&quantity.over, self.get(&quantity.id)) {
            (None, Some(measurement)) => measurement.unit,
            _ => Unit::Ratio,
        }
    }

    fn format(&self, quantity: &Quantity) -> fn(f64) -> String {
        self.unit(quantity).format()
    }

    fn on<'a>(&'a self, quantity: &'a Quantity) -> On<'a> {
        let said = match quantity.over {
            None => self.get(&quantity.id).map(Said::Measured),
            Some(_) => self.value(quantity).map(Said::Ratio),
        };
        On { group: self.group(quantity.group()), said }
    }

    fn even<'a>(&'a self, split: &str, whole: &str, of: &'a str) -> On<'a> {
        let group = self.group_of(split);
        let there = [split, whole].into_iter().all(|id| self.has_below(id));
        let said =
            there.then(|| Said::BreakEven(BreakEven::between(self, split, whole), of));
        On { group, said }
    }
}

/// Whether the medians of two measurements belong together, one by one: both were there in
/// every round, and the rounds are those of the same runs.
fn in_the_same_rounds(on: &Measured, one: &Measurement, over: &Measurement) -> bool {
    let (Some(a), Some(b)) = (on.group_of(&one.id), on.group_of(&over.id)) else {
        return false;
    };
    let rounds = one.processes.len();
    rounds > 1
        && rounds == over.processes.len()
        && [a, b].iter().all(|group| group.processes() == rounds)
        && (a.group == b.group
            || a.run.is_some() && (a.run, &a.earlier) == (b.run, &b.earlier))
}

#[cfg(test)]
mod tests {
    use surveyor::kept::measurement::{Earlier, Group};

    use super::*;

    /// Twelve processes, which get faster and faster; of two such groups, each round has the same ratio.
    fn group(name: &str, first: f64, earlier: &[(i64, usize)]) -> Group {
        let medians: Vec<_> = (0..12).map(|n| first * 0.5_f64.powi(n)).collect();
        let id = format!("{name}/a");
        let m = Measurement::between(id, Unit::Ns, medians.clone()).unwrap();
        Group {
            group: name.into(),
            run: Some(3),
            earlier: earlier
                .iter()
                .map(|&(run, processes)| Earlier { run, processes })
                .collect(),
            measurements: vec![Measurement { processes: medians, ..m }],
            ..Group::default()
        }
    }

    #[test]
    fn rounds_belong_together_if_all_of_their_runs_do() {
        let ratio = |earlier: &[(i64, usize)]| {
            let groups = [group("g", 8.0, &[(1, 6)]), group("h", 4.0, earlier)];
            let quantity = Quantity { id: "g/a".into(), over: Some("h/a".into()) };
            let ratio = Measured::new("m".into(), groups).value(&quantity).unwrap();
            (ratio.low, ratio.high)
        };
        assert_eq!(ratio(&[(1, 6)]), (2.0, 2.0));
        for other in [&[][..], &[(2, 6)], &[(1, 5)]] {
            let (low, high) = ratio(other);
            assert!(low < 2.0 && 2.0 < high, "{other:?}: {low} to {high}");
        }
    }
}
