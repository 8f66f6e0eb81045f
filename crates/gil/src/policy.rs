//! Locking policies: how the interpreter keeps its threads from corrupting the objects that they
//! share. A policy is a way to count references, together with a way to decide which thread may
//! run.
//!
//! | policy | counts | who may run | where it was |
//! |---|---|---|---|
//! | [`Single`] | plain | the only thread | |
//! | [`Unlocked`] | plain | all | nowhere: what the GIL is there to prevent |
//! | [`Tick`] | plain | the holder of the lock; released every hundred instructions | CPython up to 3.1 |
//! | [`Interval`] | plain | the holder of the lock; handed over on request | CPython from 3.2 on |
//! | [`FineGrained`] | atomic | all | Greg Stein's patch of 1996 |
//! | [`Biased`] | biased | all | PEP 703, CPython 3.13t |
//!
//! Two more separate the effect of immortal constants from that of the counts:
//! [`FineGrainedImmortal`] is [`FineGrained`] with immortal constants, [`BiasedMortal`] is
//! [`Biased`] without.
//!
//! What the book counts as the seventh is not a policy but a way to run: an interpreter for each
//! thread, with a lock of its own that no other thread wants (PEP 684). The module
//! [`crate::per_interpreter`] runs threads in this way.

use std::time::Duration;

use crate::counting::{self, Counting};
use crate::lanes::Event;
use crate::lock::{interval, tick};
use crate::thread::Thread;

/// A locking policy.
pub trait Policy: Default + Send + Sync {
    /// What it is called.
    const NAME: &'static str;

    /// How it counts references.
    type Counting: Counting;

    /// How it decides who may run.
    type Locking: Locking;

    /// The part that counts references.
    fn counting(&self) -> &Self::Counting;

    /// The part that decides who may run.
    fn locking(&self) -> &Self::Locking;
}

/// A way to decide who may run.
pub trait Locking: Send + Sync {
    /// Waits until this thread may run.
    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::runs);
    }

    /// Lets other threads run, since this one waits for something else or has ended.
    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
    }

    /// Called before every instruction that the loop fetches, but not before those that it guesses.
    /// Python 2 didn't count its quickest instructions, either (`fast_next_opcode`).
    #[inline]
    fn tick(&self, _: &mut Thread) {}

    /// Called on backward jumps and when a function begins.
    #[inline]
    fn eval_breaker(&self, _: &mut Thread) {}
}

/// No lock: every thread may run at any time.
#[derive(Debug, Default)]
pub struct Nobody;

impl Locking for Nobody {}

/// After how many instructions a thread under [`Tick`] releases the lock (`_Py_CheckInterval`).
const CHECK_INTERVAL: i32 = 100;

impl Locking for tick::Lock {
    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::waits);
        self.lock();
        thread.note(Event::runs);
    }

    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
        self.unlock();
    }

    // ANCHOR: tick
    #[inline]
    fn tick(&self, thread: &mut Thread) {
        thread.ticker -= 1;
        if thread.ticker < 0 {
            thread.ticker = CHECK_INTERVAL;
            self.release(thread);
            self.acquire(thread);
        }
    }
    // ANCHOR_END: tick
}

/// CPython's `DEFAULT_INTERVAL`.
const DEFAULT_INTERVAL: Duration = Duration::from_micros(5_000);

impl Default for interval::Lock {
    fn default() -> Self {
        Self::new(DEFAULT_INTERVAL)
    }
}

impl Locking for interval::Lock {
    fn acquire(&self, thread: &mut Thread) {
        thread.note(Event::waits);
        self.take_gil(thread.id);
        thread.note(Event::runs);
    }

    fn release(&self, thread: &mut Thread) {
        thread.note(Event::rests);
        self.drop_gil(thread.id);
    }

    // ANCHOR: eval_breaker
    #[inline]
    fn eval_breaker(&self, thread: &mut Thread) {
        if self.drop_requested() {
            self.release(thread);
            self.acquire(thread);
        }
    }
    // ANCHOR_END: eval_breaker
}

/// Makes a policy of a way to count and a way to decide who may run.
macro_rules! policy {
    ($(#[$about:meta])* $name:ident, $called:literal, $counting:ty, $locking:ty) => {
        $(#[$about])*
        #[derive(Debug, Default)]
        pub struct $name {
            counting: $counting,
            locking: $locking,
        }

        impl Policy for $name {
            const NAME: &'static str = $called;
            type Counting = $counting;
            type Locking = $locking;

            #[inline]
            fn counting(&self) -> &$counting {
                &self.counting
            }

            #[inline]
            fn locking(&self) -> &$locking {
                &self.locking
            }
        }
    };
}

policy!(
    /// No locks, for one thread: how fast the interpreter can be.
    Single, "single", counting::Plain, Nobody
);
policy!(
    /// No locks, for many threads: what the GIL is there to prevent.
    Unlocked, "unlocked", counting::Plain, Nobody
);
policy!(
    /// One lock, released after every hundred instructions.
    Tick, "tick", counting::Plain, tick::Lock
);
policy!(
    /// One lock, handed over on request.
    Interval, "interval", counting::Plain, interval::Lock
);
policy!(
    /// No lock, atomic counts.
    FineGrained, "fine-grained", counting::Atomic, Nobody
);
policy!(
    /// No lock, a count for the owner and one for all others.
    Biased, "biased", counting::Biased, Nobody
);
policy!(
    /// No lock, atomic counts for all but the program's constants.
    FineGrainedImmortal, "fine-grained, immortal constants", counting::Immortal, Nobody
);
policy!(
    /// No lock, biased counts for all objects, the program's constants too.
    BiasedMortal, "biased, mortal constants", counting::Biased<false>, Nobody
);

impl Interval {
    /// The same policy with another switch interval: how long a thread waits before it asks the
    /// holder to drop the lock.
    pub fn every(interval: Duration) -> Self {
        Self { counting: counting::Plain, locking: interval::Lock::new(interval) }
    }
}
