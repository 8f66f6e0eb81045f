//! How references are counted.
//!
//! * [`Plain`]: an ordinary number. Safe as long as one thread runs at a time.
//! * [`Atomic`]: an atomic number.
//! * [`Immortal`]: an atomic number, except for objects that are never freed.
//! * [`Biased`]: an ordinary number for the owner, an atomic one for all others.

mod atomic;
mod biased;
mod immortal;
mod plain;

pub use atomic::Atomic;
pub use biased::Biased;
pub use immortal::Immortal;
pub use plain::Plain;

use crate::reference::Ref;
use crate::thread::Thread;

/// A way to count references.
pub trait Counting: Default + Send + Sync {
    /// The reference counts of an object.
    type Counts: Default + Send + Sync;

    /// Sets the counts of a new object, to which this thread has the only reference.
    fn first(counts: &Self::Counts, thread: &Thread);

    /// Counts one reference more, taken by `thread`.
    fn incref(counts: &Self::Counts, thread: &Thread);

    /// Counts one reference less, given up by `thread`; returns whether it was the last one, so
    /// that the object has to be freed now.
    fn decref(&self, counts: &Self::Counts, object: Ref, thread: &Thread) -> bool;

    /// Makes an object immortal: no reference to it counts as the last one. Does nothing where the
    /// way of counting knows no such objects.
    fn immortalize(_: &Self::Counts) {}

    /// Whether [`Counting::unsettled`] would return any objects. The interpreter asks on backward
    /// jumps and when a function begins.
    #[inline]
    fn any_unsettled(&self, _: &Thread) -> bool {
        false
    }

    /// Takes out the objects of this thread whose last reference may be gone; each has to be
    /// settled.
    fn unsettled(&self, _: &Thread) -> Vec<Ref> {
        Vec::new()
    }

    /// Settles the counts of an object that was unsettled; returns whether it has to be freed.
    fn settle(&self, _: &Self::Counts) -> bool {
        false
    }

    /// Called when a thread begins.
    fn begin(&self, _: &Thread) {}

    /// Called when a thread is about to end. Returns its unsettled objects, and is called again
    /// until there are none; from then on, the thread may count no more.
    fn end(&self, _: &Thread) -> Vec<Ref> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether an object that was to be immortal outlives its last reference.
    fn keeps_immortals<C: Counting>() -> bool {
        let (counting, counts) = (C::default(), C::Counts::default());
        let (owner, object) = (Thread::new(1), Ref::free(0));
        counting.begin(&owner);
        C::first(&counts, &owner);
        C::immortalize(&counts);
        C::incref(&counts, &owner);
        let early = counting.decref(&counts, object, &owner);
        assert!(!early, "there was another reference");
        !counting.decref(&counts, object, &owner)
    }

    #[test]
    fn some_ways_know_objects_that_nobody_counts() {
        assert!(keeps_immortals::<Immortal>());
        assert!(keeps_immortals::<Biased>());
        assert!(!keeps_immortals::<Biased<false>>());
        assert!(!keeps_immortals::<Atomic>());
        assert!(!keeps_immortals::<Plain>());
    }
}
