//! Biased reference counting, as in PEP 703 and CPython 3.13t (`Include/object.h`,
//! `Objects/object.c`, `Python/brc.c`). The thread that made an object owns it and counts its own
//! references without atomics (`ob_ref_local`). All others use a second count that is atomic
//! (`ob_ref_shared`). The object is freed when the sum of both is zero.
//!
//! The low two bits of the shared count hold the object's state. A new object has neither of these:
//!
//! * *Queued*: a thread that is not the owner gave up a reference when the shared count was zero.
//!   The owner has to add the two counts.
//! * *Merged*: the two counts were added, and only the shared count is used from now on.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Counting;
use crate::reference::Ref;
use crate::thread::Thread;

const QUEUED: i64 = 2;
const MERGED: i64 = 3;
const FLAGS: i64 = 3;
const SHIFT: i64 = 2;
/// The owner of an object that is never freed. (CPython has a special `ob_ref_local` for that,
/// `_Py_IMMORTAL_REFCNT_LOCAL`.)
const IMMORTAL: u32 = u32::MAX;

/// How many threads there may be.
const THREADS: usize = 64;

/// A count for the owner, and a shared one for all others. `IMMORTALS` says whether some objects
/// are never freed, as in CPython; without them, measurements show what the bias alone does.
#[derive(Debug)]
pub struct Biased<const IMMORTALS: bool = true> {
    threads: Box<[Queue; THREADS]>,
}

/// Objects whose counts their owner has to add.
#[derive(Debug, Default)]
struct Queue {
    /// Whether there are any objects; the owner looks at this on its eval breaker.
    any: AtomicBool,
    objects: Mutex<Queued>,
}

#[derive(Debug, Default)]
struct Queued {
    /// Whether the owner is running, and will look at the objects.
    owner_runs: bool,
    objects: Vec<Ref>,
}

/// The counts of an object.
#[derive(Debug, Default)]
pub struct Counts {
    /// The number of the owner, or 0 when the counts are merged. As long as the owner runs, only
    /// the owner writes this field and the next one.
    ob_tid: AtomicU32,
    /// The owner's count.
    ob_ref_local: AtomicU32,
    ob_ref_shared: AtomicI64,
}

impl Counts {
    #[inline]
    fn ob_tid(&self) -> u32 {
        self.ob_tid.load(Ordering::Relaxed)
    }

    /// How many references the owner has.
    #[inline]
    fn ob_ref_local(&self) -> u32 {
        self.ob_ref_local.load(Ordering::Relaxed)
    }
}

impl<const IMMORTALS: bool> Default for Biased<IMMORTALS> {
    fn default() -> Self {
        Self { threads: Box::new(std::array::from_fn(|_| Queue::default())) }
    }
}

impl<const IMMORTALS: bool> Biased<IMMORTALS> {
    fn queue(&self, thread: u32) -> &Queue {
        &self.threads[thread as usize % THREADS]
    }

    /// `_Py_DecRefShared`
    #[cold]
    fn decref_shared(&self, counts: &Counts, object: Ref) -> bool {
        let shared = &counts.ob_ref_shared;
        let before = shared.fetch_update(Ordering::AcqRel, Ordering::Acquire, |shared| {
            Some(if shared == 0 { QUEUED } else { shared - (1 << SHIFT) })
        });
        match before.unwrap_or_else(|before| before) {
            0 => self.put_off(counts, object),
            before => before - (1 << SHIFT) == MERGED,
        }
    }

    /// `_Py_brc_queue_object`: asks the owner to merge the counts and to take one reference away.
    /// If the owner has ended, this thread does so itself, and returns whether the object has to be
    /// freed.
    fn put_off(&self, counts: &Counts, object: Ref) -> bool {
        let queue = self.queue(counts.ob_tid());
        let mut queued = queue.objects.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.ob_tid() == 0 {
            // The owner has merged the counts meanwhile; all that is left is to take one reference
            // away.
            let before = counts.ob_ref_shared.fetch_sub(1 << SHIFT, Ordering::AcqRel);
            return before - (1 << SHIFT) == MERGED;
        }
        if queued.owner_runs {
            queued.objects.push(object);
            queue.any.store(true, Ordering::Relaxed);
            return false;
        }
        // Still under the lock of the queue, so that no new thread with the owner's number begins
        // meanwhile.
        self.settle(counts)
    }

    /// `_Py_MergeZeroLocalRefcount`
    #[inline]
    fn merge_zero_local(counts: &Counts) -> bool {
        counts.ob_ref_shared.load(Ordering::Acquire) == 0 || Self::merge(counts)
    }

    #[cold]
    fn merge(counts: &Counts) -> bool {
        counts.ob_tid.store(0, Ordering::Relaxed);
        let shared = &counts.ob_ref_shared;
        let before = shared.fetch_update(Ordering::AcqRel, Ordering::Acquire, |shared| {
            Some((shared & !FLAGS) | MERGED)
        });
        before.unwrap_or_else(|before| before) >> SHIFT == 0
    }
}

impl<const IMMORTALS: bool> Counting for Biased<IMMORTALS> {
    type Counts = Counts;

    #[inline]
    fn first(counts: &Counts, thread: &Thread) {
        counts.ob_tid.store(thread.id, Ordering::Relaxed);
        counts.ob_ref_local.store(1, Ordering::Relaxed);
        counts.ob_ref_shared.store(0, Ordering::Relaxed);
    }

    // ANCHOR: counts
    #[inline]
    fn incref(counts: &Counts, thread: &Thread) {
        let ob_tid = counts.ob_tid();
        if ob_tid == thread.id {
            counts.ob_ref_local.store(counts.ob_ref_local() + 1, Ordering::Relaxed);
        } else if ob_tid != IMMORTAL {
            counts.ob_ref_shared.fetch_add(1 << SHIFT, Ordering::Relaxed);
        }
    }

    #[inline]
    fn decref(&self, counts: &Counts, object: Ref, thread: &Thread) -> bool {
        let ob_tid = counts.ob_tid();
        if ob_tid == thread.id {
            let left = counts.ob_ref_local() - 1;
            counts.ob_ref_local.store(left, Ordering::Relaxed);
            return left == 0 && Self::merge_zero_local(counts);
        }
        ob_tid != IMMORTAL && self.decref_shared(counts, object)
    }
    // ANCHOR_END: counts

    fn immortalize(counts: &Counts) {
        if IMMORTALS {
            counts.ob_tid.store(IMMORTAL, Ordering::Relaxed);
        }
    }

    #[inline]
    fn any_unsettled(&self, thread: &Thread) -> bool {
        self.queue(thread.id).any.load(Ordering::Relaxed)
    }

    fn unsettled(&self, thread: &Thread) -> Vec<Ref> {
        let queue = self.queue(thread.id);
        queue.any.store(false, Ordering::Relaxed);
        let mut queued = queue.objects.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut queued.objects)
    }

    /// `_Py_ExplicitMergeRefcount(op, -1)`
    fn settle(&self, counts: &Counts) -> bool {
        let local = i64::from(counts.ob_ref_local.swap(0, Ordering::Relaxed));
        counts.ob_tid.store(0, Ordering::Relaxed);
        let shared = &counts.ob_ref_shared;
        let merge = |shared: i64| (((shared >> SHIFT) + local - 1) << SHIFT) | MERGED;
        let before = shared.fetch_update(Ordering::AcqRel, Ordering::Acquire, |shared| {
            Some(merge(shared))
        });
        merge(before.unwrap_or_else(|before| before)) == MERGED
    }

    fn begin(&self, thread: &Thread) {
        let queue = self.queue(thread.id);
        queue.objects.lock().unwrap_or_else(PoisonError::into_inner).owner_runs = true;
    }

    fn end(&self, thread: &Thread) -> Vec<Ref> {
        let queue = self.queue(thread.id);
        let mut queued = queue.objects.lock().unwrap_or_else(PoisonError::into_inner);
        // Settling these objects may unsettle others. A thread that has none left is no owner any
        // more.
        queued.owner_runs = !queued.objects.is_empty();
        std::mem::take(&mut queued.objects)
    }
}
