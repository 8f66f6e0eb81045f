//! # Counting without a GIL
//!
//! Chapter: gil/without.md
//!
//! Why: the one who frees has to know in *one* step that nothing is left. Two counts can't be
//! read in one step: the owner sets `local` to zero, another one sets `shared` to zero, and
//! then both look at the other count and both free it. So there has to be one number that
//! decides. Here it is `shared`: all references of the owner together count as one in there,
//! from the beginning, and the owner takes that one away with its last reference. Whoever
//! brings `shared` to zero was the last. An object that is never shared costs one atomic
//! change, at its end.
//!
//! (Python takes a flag in `shared`, *merged*, which the owner sets at its end. And there, a
//! reference may be dropped on the other side. So `shared` can fall below zero; then the
//! owner is asked to add up both counts. `crates/gil/src/counting/biased.rs` has all of
//! that.)
//!
//! `AcqRel` when one is dropped: whatever others did with the object happens before it is
//! freed. To add one needs no order, since whoever does it has a reference already.

use witness::sync::Arc;
use witness::sync::atomic::{AtomicI64, Ordering};
use witness::thread;

struct Counts {
    local: Plain,
    /// All references of the owner together are one of these.
    shared: Shared,
}

impl Counts {
    /// The counts of a new object. The owner has one reference.
    pub fn new() -> Self {
        Self { local: Plain::new(1), shared: Shared::new(1) }
    }

    pub fn owner_adds(&self) {
        self.local.set(self.local.get() + 1);
    }

    pub fn owner_drops(&self) -> bool {
        let left = self.local.get() - 1;
        self.local.set(left);
        left == 0 && self.other_drops()
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

// ---- The checks. Leave them as they are. ----

/// An ordinary number, of the thread that made it.
pub struct Plain {
    // An atomic only so that the schedules show who reads what.
    number: AtomicI64,
    owner: std::thread::ThreadId,
}

impl Plain {
    #[track_caller]
    pub fn new(number: i64) -> Self {
        Self { number: AtomicI64::new(number), owner: std::thread::current().id() }
    }

    #[track_caller]
    pub fn get(&self) -> i64 {
        self.is_mine();
        self.number.load(Ordering::Relaxed)
    }

    #[track_caller]
    pub fn set(&self, number: i64) {
        self.is_mine();
        self.number.store(number, Ordering::Relaxed);
    }

    #[track_caller]
    fn is_mine(&self) {
        let line = std::panic::Location::caller().line();
        assert!(
            self.owner == std::thread::current().id(),
            "line {line}: this is an ordinary number, and another thread than its owner's \
             touches it: a data race"
        );
    }
}

/// An atomic number.
pub struct Shared(AtomicI64);

thread_local! {
    /// How many instructions of this thread have both read and written an atomic.
    static CHANGES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

fn changes() -> usize {
    CHANGES.get()
}

impl Shared {
    #[track_caller]
    pub fn new(number: i64) -> Self {
        Self(AtomicI64::new(number))
    }

    #[track_caller]
    pub fn load(&self, order: Ordering) -> i64 {
        self.0.load(order)
    }

    #[track_caller]
    pub fn store(&self, number: i64, order: Ordering) {
        self.0.store(number, order);
    }

    #[track_caller]
    pub fn fetch_add(&self, number: i64, order: Ordering) -> i64 {
        CHANGES.set(CHANGES.get() + 1);
        self.0.fetch_add(number, order)
    }

    #[track_caller]
    pub fn fetch_sub(&self, number: i64, order: Ordering) -> i64 {
        CHANGES.set(CHANGES.get() + 1);
        self.0.fetch_sub(number, order)
    }

    #[track_caller]
    pub fn swap(&self, number: i64, order: Ordering) -> i64 {
        CHANGES.set(CHANGES.get() + 1);
        self.0.swap(number, order)
    }

    #[track_caller]
    pub fn compare_exchange(
        &self,
        current: i64,
        new: i64,
        success: Ordering,
        failure: Ordering,
    ) -> Result<i64, i64> {
        CHANGES.set(CHANGES.get() + 1);
        self.0.compare_exchange(current, new, success, failure)
    }

    #[track_caller]
    pub fn compare_exchange_weak(
        &self,
        current: i64,
        new: i64,
        success: Ordering,
        failure: Ordering,
    ) -> Result<i64, i64> {
        self.compare_exchange(current, new, success, failure)
    }
}

fn main() {
    let counts = Counts::new();
    let before = changes();
    for _ in 0..1000 {
        counts.owner_adds();
    }
    let mut freed = 0;
    for _ in 0..1000 {
        freed += usize::from(counts.owner_drops());
    }
    let changes = changes() - before;
    println!("2000 steps of the owner: {changes} atomic changes");
    freed += usize::from(counts.owner_drops());
    println!("freed {freed} times when the last reference was gone");
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use witness::{explore, for_real, watch};

    /// An object, and how often it was freed.
    struct Object {
        counts: Counts,
        freed: AtomicUsize,
    }

    impl Object {
        fn new() -> Arc<Self> {
            Arc::new(Self { counts: Counts::new(), freed: AtomicUsize::new(0) })
        }

        /// What somebody does who still has a reference.
        fn is_there(&self) {
            assert_eq!(
                self.freed.load(SeqCst),
                0,
                "somebody still has a reference, and the object is freed"
            );
        }

        fn owner_drops(&self) {
            self.is_there();
            self.free_if(self.counts.owner_drops());
        }

        fn other_drops(&self) {
            self.is_there();
            self.free_if(self.counts.other_drops());
        }

        fn free_if(&self, last: bool) {
            if last {
                let before = self.freed.fetch_add(1, SeqCst);
                assert_eq!(before, 0, "the object is freed a second time");
            }
        }

        fn is_gone(&self) {
            let freed = self.freed.load(SeqCst);
            assert_eq!(freed, 1, "how often it was freed; all references are gone");
        }
    }

    #[test]
    fn is_freed_with_the_last_reference() {
        explore(|| {
            let object = Object::new();
            object.counts.owner_adds();
            object.owner_drops();
            object.counts.other_adds();
            object.counts.other_adds();
            object.other_drops();
            // The others have one, the owner has one.
            object.counts.owner_adds();
            object.other_drops();
            // The owner has two.
            object.owner_drops();
            object.is_there();
            object.owner_drops();
            object.is_gone();
        });
    }

    #[test]
    fn the_owner_needs_no_atomic_change() {
        let counts = Counts::new();
        counts.other_adds();
        let before = changes();
        let seen = watch(|| {
            for _ in 0..10 {
                counts.owner_adds();
            }
            for _ in 0..10 {
                counts.owner_drops();
            }
        });
        let changes = changes() - before;
        assert_eq!(
            changes, 0,
            "instructions of the owner that both read and wrote an atomic; it had \
             references left all the time"
        );
        assert_eq!(
            seen.locks, 0,
            "locks that the owner took; to take one is such a change"
        );
    }

    #[test]
    fn the_others_leave_the_plain_number_alone() {
        for_real(|| {
            let counts = Arc::new(Counts::new());
            let theirs = Arc::clone(&counts);
            let other = thread::spawn(move || {
                theirs.other_adds();
                theirs.other_drops()
            });
            match other.join() {
                Ok(last) => assert!(!last, "the owner still has its reference"),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
    }

    #[test]
    fn the_owner_and_another_one_drop_at_once() {
        explore(|| {
            let object = Object::new();
            object.counts.owner_adds();
            object.counts.other_adds();
            let theirs = Arc::clone(&object);
            let other = thread::spawn(move || {
                theirs.counts.other_adds();
                theirs.other_drops();
                theirs.other_drops();
            });
            object.owner_drops();
            object.owner_drops();
            other.join().unwrap();
            object.is_gone();
        });
    }

    #[test]
    fn three_threads_drop_at_once() {
        explore(|| {
            let object = Object::new();
            let others = [1, 2].map(|_| {
                object.counts.other_adds();
                let theirs = Arc::clone(&object);
                thread::spawn(move || theirs.other_drops())
            });
            object.owner_drops();
            for other in others {
                other.join().unwrap();
            }
            object.is_gone();
        });
    }
}
