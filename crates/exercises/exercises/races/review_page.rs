//! # Review: one more user
//!
//! Chapter: races/refcounts.md
//!
//! This code was handed in for review. A cached page counts its users, and
//! the last one that gives it back frees it. `A` gives the page back; `B` would like to
//! use it, and looks first whether it is still there. Every change of the count is one
//! atomic step. Under which schedule does `B` use a page that is free, or that is freed
//! while `B` reads it?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the steps are reading or changing the count, and using the text of the page.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AAB"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::Plain;
    use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};
    use witness::thread;

    /// A page in a cache, and how many use it.
    pub struct Page {
        users: AtomicU64,
        text: Plain<Option<&'static str>>,
    }

    impl Page {
        /// A page with one user.
        pub fn new(text: &'static str) -> Self {
            Self { users: AtomicU64::new(1), text: Plain::new(Some(text)) }
        }

        /// Makes the caller one more user, unless nobody has the page any more.
        pub fn get(&self) -> bool {
            if self.users.load(SeqCst) == 0 {
                return false;
            }
            self.users.fetch_add(1, SeqCst);
            true
        }

        pub fn read(&self) -> &'static str {
            self.text.read().expect("whoever counts as a user has a page that isn't free")
        }

        /// The caller gives the page back; the last one frees it.
        pub fn put(&self) {
            if self.users.fetch_sub(1, SeqCst) == 1 {
                self.text.write(None);
            }
        }
    }

    pub fn run() -> String {
        let page = Page::new("about us");
        let read = thread::scope(|scope| {
            let users = [
                // A
                scope.spawn(|| {
                    page.put();
                    false
                }),
                // B
                scope.spawn(|| {
                    let got = page.get();
                    if got {
                        page.read();
                        page.put();
                    }
                    got
                }),
            ];
            users.map(|user| user.join().unwrap())
        });
        if read.contains(&true) { "the page was read" } else { "it was too late" }.into()
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
