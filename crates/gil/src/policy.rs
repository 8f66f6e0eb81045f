//! Locking policies: what keeps threads from hurting each other in the interpreter.
//!
//! The interpreter is the same under all of them. A policy says how references are counted, who
//! may run, and when somebody else may.
//!
//! * [`Single`]: no locks at all. For one thread.
//! * [`Unlocked`]: the same, for many, on purpose: what the GIL is there to prevent.
//! * [`Tick`]: one lock, let go and taken again after every hundred instructions. CPython up to
//!   3.1.
//! * [`Interval`]: one lock, handed over on request. CPython from 3.2 on.
//! * [`FineGrained`]: no such lock; each count is atomic. The patch of 1999.
//! * [`Biased`]: no such lock; an object's owner counts without atomics. PEP 703, 3.13t.
//!
//! The seventh is not a policy but a way to run: an interpreter for each thread, with a lock of its
//! own that nobody else wants (PEP 684). [`crate::per_interpreter`] has it.

mod biased;
mod fine_grained;
mod interval;
mod single;
mod tick;
mod unlocked;

pub use biased::Biased;
pub use fine_grained::FineGrained;
pub use interval::Interval;
pub use single::Single;
pub use tick::Tick;
pub use unlocked::Unlocked;

use crate::heap::Ref;
use crate::lanes::Event;

/// What a thread has to itself.
#[derive(Debug)]
pub struct Thread {
    /// Its number, from 1 on.
    pub(crate) id: u32,
    /// Free places in the heap, for its next objects.
    pub(crate) free: Vec<Ref>,
    /// [`Tick`]: instructions until it lets go (`_Py_Ticker`).
    pub(crate) ticker: i32,
    /// What happened, if anybody wants to know.
    pub(crate) record: Option<Vec<Event>>,
}

impl Thread {
    pub(crate) fn new(id: u32) -> Self {
        Self { id, free: Vec::new(), ticker: 0, record: None }
    }
}

/// A locking policy.
pub trait Policy: Default + Send + Sync {
    /// What it is called.
    const NAME: &'static str;

    /// The reference counts of an object.
    type Counts: Default + Send + Sync;

    /// The first reference to a new object, held by this thread.
    fn first(counts: &Self::Counts, thread: &Thread);

    /// One reference more.
    fn incref(counts: &Self::Counts, thread: &Thread);

    /// One reference less; returns whether it was the last one, so that the object has to be
    /// freed now.
    fn decref(&self, counts: &Self::Counts, object: Ref, thread: &Thread) -> bool;

    /// No reference to it is the last one, if the policy knows such objects.
    fn immortalize(_: &Self::Counts) {}

    /// This thread wants to run.
    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::runs);
    }

    /// It waits for something else, or has ended.
    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
    }

    /// Before every instruction.
    #[inline]
    fn tick(&self, _: &mut Thread) {}

    /// On backward jumps and when a function begins (`eval_breaker`): lets others run if they
    /// want to. Returns whether there are objects for [`Policy::unsettled`].
    #[inline]
    fn eval_breaker(&self, _: &mut Thread) -> bool {
        false
    }

    /// Objects whose last reference may have gone.
    fn unsettled(&self, _: &Thread) -> Vec<Ref> {
        Vec::new()
    }

    /// Settles the counts of an object from [`Policy::unsettled`] or [`Policy::end`]; returns
    /// whether it has to be freed.
    fn settle(&self, _: &Self::Counts) -> bool {
        false
    }

    /// The thread has begun.
    fn begin(&self, _: &Thread) {}

    /// The thread has ended. Returns what is unsettled by then.
    fn end(&self, _: &Thread) -> Vec<Ref> {
        Vec::new()
    }
}

/// How often a thread of [`Tick`] lets go, in instructions (`_Py_CheckInterval`).
pub const CHECK_INTERVAL: i32 = 100;
