//! What the arithmetic says and what the clock says, side by side.

use std::error::Error;

use tour::clock;

/// Why there is no decision, or a way has no result.
pub type Failure = Box<dyn Error>;

/// One way to do a program's work.
#[derive(Clone, Debug)]
pub struct Way {
    /// What it is called.
    pub name: &'static str,
    /// How many threads or processes do the work.
    pub hands: usize,
    /// How long it takes by the arithmetic, in seconds.
    pub predicted: f64,
    /// How long it took by the clock, in seconds.
    pub measured: f64,
}

impl Way {
    /// How many times as large the larger one of prediction and measurement is: 1 when they are equal.
    pub fn off(&self) -> f64 {
        factor(self.predicted, self.measured)
    }
}

/// A program with all its ways: first the one that does one thing after the other.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What was measured first: the name of each constant, and its value in seconds.
    pub constants: Vec<(&'static str, f64)>,
    /// The ways, from the simplest on.
    pub ways: Vec<Way>,
}

impl Decision {
    /// The way that the arithmetic prefers; of two that it takes for equal, the simpler one.
    pub fn preferred(&self) -> &Way {
        self.least(|way| way.predicted)
    }

    /// The way that was the quickest.
    pub fn quickest(&self) -> &Way {
        self.least(|way| way.measured)
    }

    /// What following the arithmetic costs: how long the preferred way took, against the quickest.
    pub fn regret(&self) -> f64 {
        self.preferred().measured / self.quickest().measured
    }

    /// What choosing badly costs: how long the slowest way took, against the quickest.
    pub fn stake(&self) -> f64 {
        let slowest = self.ways.iter().map(|way| way.measured).fold(0.0, f64::max);
        slowest / self.quickest().measured
    }

    /// The largest [`Way::off`]: how far off the worst prediction is.
    pub fn farthest(&self) -> f64 {
        self.ways.iter().map(Way::off).fold(1.0, f64::max)
    }

    /// The same for a reader who only divides, and so predicts for each way the time of the first way
    /// divided by the number of hands.
    pub fn farthest_by_dividing(&self) -> f64 {
        let alone = self.ways[0].measured;
        let divided = |way: &Way| factor(alone / way.hands as f64, way.measured);
        self.ways.iter().map(divided).fold(1.0, f64::max)
    }

    /// The way for which `of` is least; of several, the first.
    fn least(&self, of: fn(&Way) -> f64) -> &Way {
        let ways = self.ways.iter();
        ways.min_by(|one, other| of(one).total_cmp(&of(other)))
            .expect("a program has ways")
    }
}

/// How many times as large the larger one of two numbers is.
fn factor(one: f64, other: f64) -> f64 {
    (one / other).max(other / one)
}

/// Tries all ways of a program, and compares their results.
pub(crate) struct Trial<T> {
    expected: Option<T>,
    decision: Decision,
}

impl<T: PartialEq> Trial<T> {
    pub(crate) fn new(constants: &[(&'static str, f64)]) -> Self {
        let decision = Decision { constants: constants.to_vec(), ..Decision::default() };
        Self { expected: None, decision }
    }

    /// Runs a way and notes how long it took; see [`Trial::note`].
    pub(crate) fn way(
        &mut self,
        name: &'static str,
        hands: usize,
        predicted: f64,
        run: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<(), Failure> {
        let (result, time) = clock::time(run);
        self.note(name, hands, predicted, result?, time.as_secs_f64())
    }

    /// Notes a way, its result, and how long it took, in seconds.
    ///
    /// # Errors
    ///
    /// When the result is not that of the first way.
    pub(crate) fn note(
        &mut self,
        name: &'static str,
        hands: usize,
        predicted: f64,
        result: T,
        measured: f64,
    ) -> Result<(), Failure> {
        match &self.expected {
            Some(expected) if *expected != result => {
                return Err(format!("{name}: the result is another one").into());
            }
            Some(_) => {}
            None => self.expected = Some(result),
        }
        self.decision.ways.push(Way { name, hands, predicted, measured });
        Ok(())
    }

    pub(crate) fn decision(self) -> Decision {
        self.decision
    }
}

/// How long `work` takes, in seconds: the median of some runs, after one that warms up.
pub(crate) fn seconds<T>(
    runs: usize,
    mut work: impl FnMut() -> Result<T, Failure>,
) -> Result<f64, Failure> {
    let ((), time) = clock::try_median(runs, || work().map(drop))?;
    Ok(time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(ways: &[(usize, f64, f64)]) -> Decision {
        let ways = ways.iter().map(|&(hands, predicted, measured)| Way {
            name: "a way",
            hands,
            predicted,
            measured,
        });
        Decision { constants: Vec::new(), ways: ways.collect() }
    }

    #[test]
    fn following_good_advice_costs_nothing() {
        let good = decision(&[(1, 8.0, 8.0), (2, 4.0, 5.0), (2, 6.0, 10.0)]);
        assert_eq!((good.preferred().measured, good.quickest().measured), (5.0, 5.0));
        assert_eq!((good.regret(), good.stake()), (1.0, 2.0));
        let bad = decision(&[(1, 8.0, 8.0), (2, 4.0, 10.0)]);
        assert_eq!((bad.regret(), bad.stake()), (1.25, 1.25));
    }

    #[test]
    fn of_equal_ways_the_simpler_one_is_preferred() {
        let equal = decision(&[(1, 8.0, 8.0), (2, 4.0, 5.0), (3, 4.0, 4.0)]);
        assert_eq!(equal.preferred().hands, 2);
    }

    #[test]
    fn too_much_and_too_little_are_as_far_off() {
        assert_eq!(decision(&[(1, 8.0, 4.0), (2, 4.0, 4.0)]).farthest(), 2.0);
        assert_eq!(decision(&[(1, 4.0, 4.0), (2, 4.0, 12.0)]).farthest(), 3.0);
    }

    #[test]
    fn whoever_only_divides_forgets_the_rest() {
        // Eight seconds in two hands should take four.
        let dear = decision(&[(1, 8.0, 8.0), (2, 10.0, 10.0)]);
        assert_eq!(dear.farthest_by_dividing(), 2.5);
    }

    #[test]
    fn another_result_is_a_failure() {
        let mut trial = Trial::new(&[]);
        trial.way("one", 1, 1.0, || Ok(7)).unwrap();
        let error = trial.way("other", 2, 1.0, || Ok(8)).unwrap_err().to_string();
        assert_eq!(error, "other: the result is another one");
        assert_eq!(trial.decision().ways.len(), 1);
    }
}
