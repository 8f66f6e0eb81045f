//! # Review: who is woken?
//!
//! Chapter: pools/process-pool.md
//!
//! This code was handed in for review. A box has room for one letter. `A` and `B` each
//! put a letter in, and `C` and `D` each take one out. Everybody who finds the box
//! full, or empty, sleeps and looks again in a `while`. Each letter is news for one
//! sleeper only, so `notify_one` is enough, says the author; and since all of them wait
//! for a change of the same box, there is one condition variable. Under which schedule
//! can nobody go on, although somebody still has a letter, and somebody else waits for
//! one?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the steps are taking the lock, notifying, and going to sleep (which gives the lock
//! back as well). Giving the lock back without going to sleep is no step. A thread that was
//! woken takes the lock again in its next turn.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AACCBBDD"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::{Condvar, Mutex};
    use witness::thread;

    /// A box with room for one letter.
    pub struct PostBox {
        letter: Mutex<Option<u64>>,
        changed: Condvar,
    }

    impl PostBox {
        pub fn new() -> Self {
            Self { letter: Mutex::new(None), changed: Condvar::new() }
        }

        /// Puts a letter in; waits for room.
        pub fn put(&self, letter: u64) {
            let mut inside = self.letter.lock().unwrap();
            while inside.is_some() {
                inside = self.changed.wait(inside).unwrap();
            }
            *inside = Some(letter);
            drop(inside);
            self.changed.notify_one();
        }

        /// Takes a letter out; waits for one.
        pub fn take(&self) -> u64 {
            let mut inside = self.letter.lock().unwrap();
            loop {
                if let Some(letter) = inside.take() {
                    drop(inside);
                    self.changed.notify_one();
                    return letter;
                }
                inside = self.changed.wait(inside).unwrap();
            }
        }
    }

    pub fn run() -> String {
        let post_box = PostBox::new();
        let taken = thread::scope(|scope| {
            let people = [
                // A
                scope.spawn(|| {
                    post_box.put(10);
                    0
                }),
                // B
                scope.spawn(|| {
                    post_box.put(20);
                    0
                }),
                // C
                scope.spawn(|| post_box.take()),
                // D
                scope.spawn(|| post_box.take()),
            ];
            people.map(|someone| someone.join().unwrap())
        });
        assert_eq!(taken.iter().sum::<u64>(), 30, "not all letters have arrived");
        "all letters have arrived".into()
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
