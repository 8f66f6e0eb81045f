//! Whoever drops the last reference to an object frees it. How the references are counted is a
//! type; what is done with them, [`share`], is the same for all of these types.
//!
//! * [`broken`]: load, add, store.
//! * [`mutex`]: the same behind a lock.
//! * [`atomic`]: one step, as in `Arc`.
//!
//! The [slab](crate::slab) that an object is in notices when the object is freed too early. So
//! nothing is undefined here, even when the count is wrong.

pub mod atomic;
pub mod broken;
pub mod mutex;
mod share;

pub use share::{Count, Fate, count, share};

/// A way to count references, put to use: takes how many threads there are and how often each of
/// them takes and drops a reference; returns what became of the object.
pub type Way = fn(usize, u64) -> Fate;

/// All ways to count by name, the broken one first, each with an object that is shared.
pub const WAYS: [(&str, Way); 3] = [
    ("load and store", share::<broken::Counter>),
    ("mutex", share::<mutex::Counter>),
    ("atomic", share::<atomic::Counter>),
];

/// A way to count references, without an object: takes the same as [`Way`]; returns how often a
/// reference was taken for the last one.
pub type Counts = fn(usize, u64) -> u64;

/// The same ways by name, each without an object.
pub const COUNTS: [(&str, Counts); 3] = [
    ("load and store", count::<broken::Counter>),
    ("mutex", count::<mutex::Counter>),
    ("atomic", count::<atomic::Counter>),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Slab;

    #[test]
    fn an_old_key_finds_nothing() {
        let slab = Slab::new();
        let old = slab.insert("old");
        assert_eq!((slab.get(old), slab.len()), (Some("old"), 1));
        assert_eq!(slab.remove(old), Some("old"));
        assert!(slab.is_empty());
        let new = slab.insert("new");
        assert_ne!(old, new);
        assert_eq!((slab.get(old), slab.remove(old)), (None, None));
        assert_eq!((slab.get(new), slab.len()), (Some("new"), 1));
    }

    #[test]
    fn the_fixed_ways_free_in_the_end() {
        for (name, share) in &WAYS[1..] {
            assert_eq!(share(4, 1_000), Fate::Freed, "{name}");
        }
    }

    #[test]
    fn nobody_but_the_owner_drops_the_last() {
        for (name, count) in COUNTS {
            assert_eq!(count(1, 1_000), 0, "{name}");
        }
        for (name, count) in &COUNTS[1..] {
            assert_eq!(count(4, 1_000), 0, "{name}");
        }
    }

    #[test]
    fn a_thread_alone_does_no_harm() {
        assert_eq!(share::<broken::Counter>(1, 1_000), Fate::Freed);
    }

    #[test]
    fn the_forced_fates_come_a_thousand_times_of_a_thousand() {
        for _ in 0..1_000 {
            assert_eq!(broken::forced_leak(), Fate::Leaked);
            assert_eq!(broken::forced_early_free(), Fate::FreedInUse);
        }
    }
}
