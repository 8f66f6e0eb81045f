//! # Review: a ring with two writers
//!
//! Chapter: messages/shared-memory.md
//!
//! This code was handed in for review. In the ring of the chapter, only one
//! may write. This one is for two, `A` and `B`: whoever writes claims a place first, in
//! one atomic step, so they never get the same place. `C` reads. There is more room than
//! anybody needs. Under which schedule does `C` read something that nobody has written?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the steps are reading an atomic, and changing it.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AABBCCCC"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use std::array;
    use witness::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
    use witness::thread;

    const PLACES: usize = 4;

    /// A ring of numbers for several writers and one reader.
    pub struct Ring {
        places: [AtomicU64; PLACES],
        /// The next place to read.
        head: AtomicUsize,
        /// The next place to write.
        tail: AtomicUsize,
    }

    impl Ring {
        pub fn new() -> Self {
            Self {
                places: array::from_fn(|_| AtomicU64::new(0)),
                head: AtomicUsize::new(0),
                tail: AtomicUsize::new(0),
            }
        }

        /// Puts a number in. There is room.
        pub fn put(&self, number: u64) {
            // In one step, so that no other writer gets this place, too.
            let place = self.tail.fetch_add(1, SeqCst);
            self.places[place % PLACES].store(number, SeqCst);
        }

        /// Takes a number out, if there is one.
        pub fn take(&self) -> Option<u64> {
            let place = self.head.load(SeqCst);
            if place == self.tail.load(SeqCst) {
                return None;
            }
            let number = self.places[place % PLACES].load(SeqCst);
            self.head.store(place + 1, SeqCst);
            Some(number)
        }
    }

    pub fn run() -> String {
        let ring = Ring::new();
        let read = thread::scope(|scope| {
            let threads = [
                // A
                scope.spawn(|| {
                    ring.put(7);
                    None
                }),
                // B
                scope.spawn(|| {
                    ring.put(8);
                    None
                }),
                // C
                scope.spawn(|| {
                    let number = ring.take();
                    let written = number.is_none_or(|number| [7, 8].contains(&number));
                    assert!(
                        written,
                        "somebody has read {number:?}, which nobody has written"
                    );
                    number
                }),
            ];
            threads.map(|thread| thread.join().unwrap())
        });
        match read.into_iter().flatten().next() {
            Some(number) => format!("{number} was read"),
            None => "nothing was read".into(),
        }
    }
}

fn main() {
    println!("{}", witness::play(schedule(), reviewed::run));
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn the_schedule_breaks_the_code() {
        let played = witness::play(schedule(), reviewed::run);
        assert!(played.broke(), "{played}");
    }
}
