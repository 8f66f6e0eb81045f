//! # Review: the door that opens once
//!
//! Chapter: threads/making-wait.md
//!
//! Why: `A` has seen that the door is closed, and is about to sleep. Now `B` opens it and
//! notifies, and there is nobody yet who could hear that. Then `A` sleeps, and nobody
//! will ever notify again. The flag being atomic is no help: what `A` has seen must stay
//! true until it sleeps. So `B` has to take the lock for changing the flag. Then `B`
//! waits while `A` is between its look and its sleep, since `A` holds the lock there.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABBACC"
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
