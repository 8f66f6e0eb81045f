//! # Review: the door that opens once
//!
//! Chapter: threads/making-wait.md
//!
//! This code was handed in for review. `A` and `C` wait at a door, and `B`
//! opens it. Whoever waits looks again each time it wakes up, and `B` wakes everybody.
//! `B` even does without the lock: the flag is atomic, so it needs none. Under which
//! schedule does somebody sleep for ever?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the steps are taking the lock, reading or changing the flag, notifying, and going
//! to sleep (which gives the lock back as well). Giving the lock back without going to
//! sleep is no step.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "BBAACC"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::atomic::{AtomicBool, Ordering::SeqCst};
    use witness::sync::{Condvar, Mutex};
    use witness::thread;

    /// A door that opens once. Whoever comes earlier sleeps until then.
    pub struct Door {
        open: AtomicBool,
        sleeping: Mutex<()>,
        opened: Condvar,
    }

    impl Door {
        pub fn new() -> Self {
            Self {
                open: AtomicBool::new(false),
                sleeping: Mutex::new(()),
                opened: Condvar::new(),
            }
        }

        pub fn wait_for_it(&self) {
            let mut sleeping = self.sleeping.lock().unwrap();
            while !self.open.load(SeqCst) {
                sleeping = self.opened.wait(sleeping).unwrap();
            }
        }

        /// An atomic flag needs no lock.
        pub fn open(&self) {
            self.open.store(true, SeqCst);
            self.opened.notify_all();
        }
    }

    pub fn run() -> String {
        let door = Door::new();
        thread::scope(|scope| {
            // A
            scope.spawn(|| door.wait_for_it());
            // B
            scope.spawn(|| door.open());
            // C
            scope.spawn(|| door.wait_for_it());
        });
        "everybody is in".into()
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
