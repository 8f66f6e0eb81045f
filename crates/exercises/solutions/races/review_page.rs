//! # Review: one more user
//!
//! Chapter: races/refcounts.md
//!
//! Why: `B` sees one user and wants to become the second one, but the one that it has
//! seen leaves in between, and frees the page. A count that has been 0 must never grow
//! again. So the look and the step from `n` to `n + 1` have to be one: `fetch_update`, or
//! `compare_exchange` in a loop, which changes nothing when it finds 0. That is how
//! `Weak::upgrade` does it.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BAABB"
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
