//! Finds threads that go round in a loop: they ask for the same thing again and again, while nothing
//! changes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::step::{Place, Step, Thing, Value, Who};

/// A thread that asks for the same thing in the same place so many times, and finds all as it was,
/// spins. A thread that works through a list takes a lock some hundred times at most.
const ROUNDS: usize = 1_000;

/// How many times each thread has asked for each thing while nothing changed.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// A hash of what each atomic holds.
    values: HashMap<usize, u64>,
    /// All these hashes together, whatever their order.
    world: u64,
    /// How many things have happened that can't be taken back.
    news: usize,
    times: HashMap<(Who, Place, usize, u64, usize), usize>,
}

impl Rounds {
    /// A thread takes a step at `place`. Returns whether it goes round there and gets no further.
    pub(crate) fn comes_by(&mut self, who: Who, place: Place, step: &Step) -> bool {
        let asked = match step {
            Step::Writes(atomic, value) | Step::Changes(atomic, _, value) => {
                self.set(*atomic, *value);
                atomic.id
            }
            Step::Reads(asked, _)
            | Step::ReadsOlder(asked, _)
            | Step::Expected(asked, ..)
            // What a lock protects can't be seen.
            | Step::Takes(asked)
            | Step::FindsEmpty(asked) => asked.id,
            Step::FindsRunning(thread) => *thread,
            Step::Yields => 0,
            // These change nothing that a thread could wait for.
            Step::Releases(_) | Step::Notifies(_) | Step::ReadsPlain(_) => return false,
            _ => {
                self.news += 1;
                return false;
            }
        };
        let times =
            self.times.entry((who, place, asked, self.world, self.news)).or_default();
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
