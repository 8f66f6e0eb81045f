//! # Review: tickets without a loop
//!
//! Chapter: races/lost-updates.md
//!
//! This code was handed in for review. People draw numbers at two machines,
//! each with a thread. No number may be drawn twice. The author knows that two may come
//! at the same time. So the next number is written by `compare_exchange`, which writes
//! only if nobody has changed it since it was read. Whoever comes too late for that takes
//! the number that is next by then. Under which schedule do two people have the same
//! number?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the only step is reading or changing the atomic number.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AABBBB"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};
    use witness::thread;

    pub struct Tickets {
        next: AtomicU64,
    }

    impl Tickets {
        pub fn new() -> Self {
            Self { next: AtomicU64::new(0) }
        }

        /// Draws a number that nobody else has.
        pub fn draw(&self) -> u64 {
            let seen = self.next.load(SeqCst);
            match self.next.compare_exchange(seen, seen + 1, SeqCst, SeqCst) {
                Ok(_) => seen,
                // Somebody was faster, and has that number. So we take the one after it.
                Err(now) => {
                    self.next.store(now + 1, SeqCst);
                    now
                }
            }
        }
    }

    pub fn run() -> String {
        let tickets = Tickets::new();
        let drawn = thread::scope(|scope| {
            let machines = [
                // A
                scope.spawn(|| vec![tickets.draw()]),
                // B
                scope.spawn(|| vec![tickets.draw(), tickets.draw()]),
            ];
            machines.map(|machine| machine.join().unwrap())
        });
        let mut drawn = drawn.concat();
        drawn.sort_unstable();
        for pair in drawn.windows(2) {
            assert!(pair[0] != pair[1], "two people have number {}", pair[0]);
        }
        let drawn: Vec<_> = drawn.iter().map(u64::to_string).collect();
        format!("the numbers {} were drawn", drawn.join(", "))
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
