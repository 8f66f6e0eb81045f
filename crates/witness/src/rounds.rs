//! Who goes round in a loop: comes to the same place again and again, while nothing changes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::state::{Place, Step, Thing, Value, Who};

/// A thread that comes to the same place so many times, and finds all as it was, spins. No exercise
/// lets anybody ask for the same thing half as often.
const ROUNDS: usize = 100;

/// How many times each thread has come to each place, while the world was the same.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// A hash of what each atomic holds.
    values: HashMap<usize, u64>,
    /// All of these together, whatever their order.
    world: u64,
    /// How many things have happened that can't be taken back.
    news: usize,
    times: HashMap<(Who, Place, u64, usize), usize>,
}

impl Rounds {
    /// A thread takes a step at `place`. Returns whether it goes round there and gets no further.
    pub(crate) fn comes_by(&mut self, who: Who, place: Place, step: &Step) -> bool {
        match step {
            Step::Writes(atomic, value) | Step::Changes(atomic, _, value) => {
                self.set(*atomic, *value);
            }
            // What a lock protects can't be seen. Nobody takes one so often for a good reason.
            Step::Reads(..)
            | Step::Expected(..)
            | Step::Takes(_)
            | Step::FindsEmpty(_)
            | Step::FindsRunning(_)
            | Step::Yields => {}
            // These change nothing.
            Step::Releases(_) | Step::Notifies(_) | Step::ReadsPlain(_) => return false,
            _ => {
                self.news += 1;
                return false;
            }
        }
        let times = self.times.entry((who, place, self.world, self.news)).or_default();
        *times += 1;
        *times >= ROUNDS
    }

    fn set(&mut self, atomic: Thing, value: Value) {
        let mut hasher = DefaultHasher::new();
        (atomic.id, value).hash(&mut hasher);
        let new = hasher.finish();
        let old = self.values.insert(atomic.id, new).unwrap_or_default();
        self.world ^= old ^ new;
    }
}
