//! # Counting without a GIL
//!
//! Chapter: gil/without.md
//!
//! Without a GIL, several threads count the references to an object. Python's build without
//! it has two counts for each object. The thread that made it is its *owner* and counts its
//! own references in `local`, an ordinary number. All others count in `shared`, an atomic.
//!
//! Write the five functions. Each `..._drops` returns whether the object has to be freed
//! now, by whoever called.
//!
//! * `Plain` has `get()` and `set(value)`. Only the owner's functions may touch it.
//! * `Shared` has the methods of an `AtomicI64`: `load`, `store`, `fetch_add`, `fetch_sub`,
//!   `swap`, `compare_exchange`.
//!
//! Nobody can look at both counts in one step. So a single count has to decide, and that is
//! `shared`. Let it be the number of the others' references, plus 1 as long as the owner has
//! any.
//!
//! It is simpler here than in the chapter. Each reference is dropped on the side that added
//! it: what the owner added, the owner drops; what any other thread added, another thread
//! drops. A reference is added only while there is another one, and an owner that has dropped
//! its last reference adds no more.
//!
//! The constraint: the object is freed once, right after the last reference is gone, in every
//! schedule. What anybody did with it before dropping a reference has happened before it is
//! freed: choose orderings that promise this. And as long as the owner has references left,
//! what it does needs no atomic instruction that both reads and writes, as `fetch_add` does.

use witness::sync::Arc;
use witness::sync::atomic::{AtomicI64, Ordering};
use witness::thread;

struct Counts {
    local: Plain,
    shared: Shared,
}

impl Counts {
    /// The counts of a new object. The owner has one reference.
    pub fn new() -> Self {
        // TODO: The owner is to count in `local`.
        Self { local: Plain::new(0), shared: Shared::new(1) }
    }

    pub fn owner_adds(&self) {
        self.other_adds();
    }

    pub fn owner_drops(&self) -> bool {
        self.other_drops()
    }

    pub fn other_adds(&self) {
        self.shared.fetch_add(1, Ordering::Relaxed);
    }

    pub fn other_drops(&self) -> bool {
        self.shared.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

// ---- The checks. Leave them as they are. ----

pub use numbers::{Plain, Shared};

mod numbers {
    /// An ordinary number, of the thread that made it.
    pub struct Plain {
        // An atomic only so that the schedules show who reads what.
        number: witness::sync::atomic::AtomicI64,
        owner: std::thread::ThreadId,
    }

    impl Plain {
        #[track_caller]
        pub fn new(number: i64) -> Self {
            Self {
                number: witness::sync::atomic::AtomicI64::new(number),
                owner: std::thread::current().id(),
            }
        }

        #[track_caller]
        pub fn get(&self) -> i64 {
            self.is_mine();
            self.number.load(witness::sync::atomic::Ordering::Relaxed)
        }

        #[track_caller]
        pub fn set(&self, number: i64) {
            self.is_mine();
            self.number.store(number, witness::sync::atomic::Ordering::Relaxed);
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
    pub struct Shared(witness::sync::atomic::AtomicI64);

    impl Shared {
        #[track_caller]
        pub fn new(number: i64) -> Self {
            Self(witness::sync::atomic::AtomicI64::new(number))
        }

        #[track_caller]
        pub fn load(&self, order: witness::sync::atomic::Ordering) -> i64 {
            self.0.load(order)
        }

        #[track_caller]
        pub fn store(&self, number: i64, order: witness::sync::atomic::Ordering) {
            self.0.store(number, order);
        }

        #[track_caller]
        pub fn fetch_add(
            &self,
            number: i64,
            order: witness::sync::atomic::Ordering,
        ) -> i64 {
            self.0.fetch_add(number, order)
        }

        #[track_caller]
        pub fn fetch_sub(
            &self,
            number: i64,
            order: witness::sync::atomic::Ordering,
        ) -> i64 {
            self.0.fetch_sub(number, order)
        }

        #[track_caller]
        pub fn swap(&self, number: i64, order: witness::sync::atomic::Ordering) -> i64 {
            self.0.swap(number, order)
        }

        #[track_caller]
        pub fn compare_exchange(
            &self,
            current: i64,
            new: i64,
            success: witness::sync::atomic::Ordering,
            failure: witness::sync::atomic::Ordering,
        ) -> Result<i64, i64> {
            self.0.compare_exchange(current, new, success, failure)
        }

        #[track_caller]
        pub fn compare_exchange_weak(
            &self,
            current: i64,
            new: i64,
            success: witness::sync::atomic::Ordering,
            failure: witness::sync::atomic::Ordering,
        ) -> Result<i64, i64> {
            self.0.compare_exchange_weak(current, new, success, failure)
        }
    }
}

fn main() {
    let seen = witness::watch(|| {
        let counts = Counts::new();
        for _ in 0..1000 {
            counts.owner_adds();
        }
        let freed = (0..1000).filter(|_| counts.owner_drops()).count();
        (counts, freed)
    });
    println!("2000 steps of the owner: {} atomic changes", seen.changes);
    let (counts, freed) = seen.value;
    let freed = freed + usize::from(counts.owner_drops());
    println!("freed {freed} times when the last reference was gone");
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use witness::sync::Arc;
    use witness::thread;
    use witness::{explore, for_real, watch};

    /// An object, and how often it was freed.
    struct Object {
        counts: Counts,
        freed: AtomicUsize,
        /// What it is there for.
        memory: witness::Plain<u32>,
    }

    impl Object {
        fn new() -> Arc<Self> {
            let memory = witness::Plain::new(0);
            Arc::new(Self { counts: Counts::new(), freed: AtomicUsize::new(0), memory })
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

    /// One after the other, without other threads: what is done to the references.
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Step {
        OwnerAdds,
        OwnerDrops,
        OtherAdds,
        OtherDrops,
    }

    use Step::{OtherAdds, OtherDrops, OwnerAdds, OwnerDrops};

    /// How many references the owner and the others have after these steps; `None` if nobody
    /// could do that.
    fn left(steps: &[Step]) -> Option<(usize, usize)> {
        steps.iter().try_fold((1, 0), |(owner, others), step| match step {
            OwnerAdds if owner > 0 => Some((owner + 1, others)),
            OwnerDrops if owner > 0 => Some((owner - 1, others)),
            OtherAdds if owner + others > 0 => Some((owner, others + 1)),
            OtherDrops if others > 0 => Some((owner, others - 1)),
            _ => None,
        })
    }

    /// Takes these steps with a new object, and then each that can follow; up to so many.
    fn steps_and_more(steps: &mut Vec<Step>, most: usize) {
        let Some((owner, others)) = left(steps) else { return };
        let counts = Counts::new();
        for (number, step) in steps.iter().enumerate() {
            let freed = match step {
                OwnerAdds => {
                    counts.owner_adds();
                    false
                }
                OtherAdds => {
                    counts.other_adds();
                    false
                }
                OwnerDrops => counts.owner_drops(),
                OtherDrops => counts.other_drops(),
            };
            let gone = left(&steps[..=number]) == Some((0, 0));
            assert!(
                gone || !freed,
                "somebody still has a reference, and the object is freed, after {:?}",
                &steps[..=number]
            );
            assert!(
                freed || !gone,
                "nobody has a reference any more, and the object isn't freed, after {:?}",
                &steps[..=number]
            );
        }
        if steps.len() < most && owner + others > 0 {
            for next in [OwnerAdds, OwnerDrops, OtherAdds, OtherDrops] {
                steps.push(next);
                steps_and_more(steps, most);
                steps.pop();
            }
        }
    }

    #[test]
    fn is_freed_with_the_last_reference() {
        steps_and_more(&mut Vec::new(), 8);
    }

    #[test]
    fn many_references_are_counted_as_well() {
        let counts = Counts::new();
        let many = 70_000;
        for _ in 0..many {
            counts.owner_adds();
            counts.other_adds();
        }
        for left in (0..many).rev() {
            assert!(
                !counts.other_drops(),
                "the others have {left} left, and the owner all"
            );
        }
        for left in (0..=many).rev() {
            let freed = counts.owner_drops();
            assert_eq!(
                freed,
                left == 0,
                "whether it is freed; the owner has {left} left"
            );
        }
    }

    #[test]
    fn the_owner_needs_no_atomic_change() {
        for others in [0, 1, 3] {
            let counts = Counts::new();
            for _ in 0..others {
                counts.other_adds();
            }
            let seen = watch(|| {
                for _ in 0..10 {
                    counts.owner_adds();
                }
                for _ in 0..10 {
                    counts.owner_drops();
                }
            });
            assert_eq!(
                seen.changes, 0,
                "instructions of the owner that both read and wrote an atomic; it had \
                 references left all the time"
            );
            assert_eq!(
                seen.locks, 0,
                "locks that the owner took; to take one is such a change"
            );
        }
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

    /// The owner and another thread have so many references each, and drop them at once. Both
    /// add one more before that, if they are to.
    fn two_drop(owner: usize, other: usize, add: bool) {
        let object = Object::new();
        for _ in 1..owner {
            object.counts.owner_adds();
        }
        for _ in 0..other {
            object.counts.other_adds();
        }
        let theirs = Arc::clone(&object);
        let thread = thread::spawn(move || {
            if add {
                theirs.counts.other_adds();
            }
            for _ in 0..other + usize::from(add) {
                theirs.other_drops();
            }
        });
        if add {
            object.counts.owner_adds();
        }
        for _ in 0..owner + usize::from(add) {
            object.owner_drops();
        }
        thread.join().unwrap();
        object.is_gone();
    }

    #[test]
    fn the_owner_and_another_one_drop_at_once() {
        for (owner, other) in [(1, 1), (2, 1), (1, 2), (3, 2)] {
            explore(move || two_drop(owner, other, false));
        }
        explore(|| two_drop(1, 1, true));
    }

    #[test]
    fn several_threads_drop_at_once() {
        for others in [2, 3] {
            explore(move || {
                let object = Object::new();
                let others: Vec<_> = (0..others)
                    .map(|_| {
                        object.counts.other_adds();
                        let theirs = Arc::clone(&object);
                        thread::spawn(move || theirs.other_drops())
                    })
                    .collect();
                object.owner_drops();
                for other in others {
                    other.join().unwrap();
                }
                object.is_gone();
            });
        }
    }

    #[test]
    fn others_add_at_once() {
        explore(|| {
            let object = Object::new();
            let others: Vec<_> = (0..2)
                .map(|_| {
                    object.counts.other_adds();
                    let theirs = Arc::clone(&object);
                    thread::spawn(move || {
                        theirs.counts.other_adds();
                        theirs.other_drops();
                        theirs.other_drops();
                    })
                })
                .collect();
            for other in others {
                other.join().unwrap();
            }
            object.owner_drops();
            object.is_gone();
        });
    }

    #[test]
    fn whoever_frees_comes_after_all_others() {
        explore(|| {
            let object = Object::new();
            // Whoever has the last reference reuses the memory.
            let use_and_drop = |object: &Object, drops: fn(&Counts) -> bool| {
                object.memory.read();
                if drops(&object.counts) {
                    object.memory.write(1);
                }
            };
            let others: Vec<_> = (0..2)
                .map(|_| {
                    object.counts.other_adds();
                    let theirs = Arc::clone(&object);
                    thread::spawn(move || use_and_drop(&theirs, Counts::other_drops))
                })
                .collect();
            use_and_drop(&object, Counts::owner_drops);
            for other in others {
                other.join().unwrap();
            }
        });
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Counts) -> bool = Counts::owner_drops;
    const _: fn(&Counts) -> bool = Counts::other_drops;
}
