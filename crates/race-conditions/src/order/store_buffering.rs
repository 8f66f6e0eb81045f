//! Each of two threads says that it is here, and then looks for the other one.
//!
//! Put the four steps in any order that keeps each thread's own two steps one after the other:
//! the thread that looks last finds both here. So the two can't both read 0, *if* there is such
//! an order at all. `SeqCst` and a fence promise that there is; the other ways don't.

use std::sync::atomic::compiler_fence;

use crate::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};

/// Writes 1 to the first variable, and returns what it then reads of the second one.
pub type Way = fn(&AtomicU32, &AtomicU32) -> u32;

/// Asks for no order.
// ANCHOR: relaxed
pub fn relaxed(mine: &AtomicU32, theirs: &AtomicU32) -> u32 {
    mine.store(1, Relaxed);
    theirs.load(Relaxed)
}
// ANCHOR_END: relaxed

/// Asks that whoever reads the 1 sees what was written before it.
// ANCHOR: acquire_release
pub fn acquire_release(mine: &AtomicU32, theirs: &AtomicU32) -> u32 {
    mine.store(1, Release);
    theirs.load(Acquire)
}
// ANCHOR_END: acquire_release

/// Asks only the compiler to keep the order: this adds no instruction, so the processor doesn't
/// know of it.
pub fn compiled_in_order(mine: &AtomicU32, theirs: &AtomicU32) -> u32 {
    mine.store(1, Relaxed);
    compiler_fence(std::sync::atomic::Ordering::SeqCst);
    theirs.load(Relaxed)
}

/// Asks that the store is seen by all before the load is done.
pub fn fenced(mine: &AtomicU32, theirs: &AtomicU32) -> u32 {
    mine.store(1, Relaxed);
    fence(SeqCst);
    theirs.load(Relaxed)
}

/// Asks for one order of all such steps, the same for all threads.
// ANCHOR: sequential
pub fn sequential(mine: &AtomicU32, theirs: &AtomicU32) -> u32 {
    mine.store(1, SeqCst);
    theirs.load(SeqCst)
}
// ANCHOR_END: sequential

/// All ways by name, and whether two threads may miss each other that way.
pub const WAYS: [(&str, Way, bool); 5] = [
    ("Relaxed", relaxed, true),
    ("Acquire and Release", acquire_release, true),
    ("Relaxed, compiled in order", compiled_in_order, true),
    ("Relaxed, and a fence", fenced, false),
    ("SeqCst", sequential, false),
];
