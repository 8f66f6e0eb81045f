//! # Review: tickets without a loop
//!
//! Chapter: races/lost-updates.md
//!
//! Why: `A` comes too late once, and is told that the next number is 1. It writes 2 with
//! a plain `store`, which doesn't look again: meanwhile `B` has drawn 1, too. Whoever
//! fails to exchange knows no more than before, and has to try the exchange again, with
//! the number that it found. Hence the loop; `fetch_add` does it in one step.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBABBA"
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
