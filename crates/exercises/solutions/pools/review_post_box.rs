//! # Review: who is woken?
//!
//! Chapter: pools/process-pool.md
//!
//! Why: `C` and `D` sleep, since the box is empty, and then `B`, since it is full. `C`
//! takes the letter out and wakes one of them, hoping for `B`, but the news reaches `D`.
//! `D` finds the box empty and sleeps again, and the news is lost: `B` sleeps beside a
//! box that has room. One condition variable for "there is a letter" and another one for
//! "there is room" make sure that the right one is woken. Or wake all, with `notify_all`.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CCDDAABBCCDD"
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
