//! The two lanes of a ring in memory that two processes share, wherever the memory comes from.

#![allow(unsafe_code)]

use std::ptr::{self, NonNull};
use std::slice;
use std::sync::Arc;

use super::lane::{Memory, Place};
use super::layout::{AREA, Bell, IN_SLOT, Lane, SLOTS, Slot};
use crate::sync::{AtomicU32, Ordering};

/// The size of a lane with its area, in bytes.
const LANE: usize = size_of::<Lane>() + AREA as usize;

/// The size of a ring, two lanes, in bytes.
pub(crate) const RING: usize = 2 * LANE;

/// The memory of a ring, mapped into this process until it is dropped.
///
/// # Safety
///
/// From `start` on there are [`RING`] bytes that may be read and written until this is dropped,
/// and the first of them begins a page.
pub(crate) unsafe trait Mapping: Send + Sync {
    fn start(&self) -> NonNull<u8>;
}

/// One of the two lanes of a ring.
#[derive(Debug)]
pub(crate) struct Shared<M> {
    mapping: Arc<M>,
    /// Where in the mapping the lane begins, in bytes.
    from: usize,
}

impl<M> Clone for Shared<M> {
    fn clone(&self) -> Self {
        Self { mapping: Arc::clone(&self.mapping), from: self.from }
    }
}

/// Makes the lanes of a ring in this memory.
pub(crate) fn lanes<M: Mapping>(mapping: M) -> [Shared<M>; 2] {
    let mapping = Arc::new(mapping);
    [0, LANE].map(|from| Shared { mapping: Arc::clone(&mapping), from })
}

/// Makes the lanes empty. Their memory has to be all zeros before.
pub(crate) fn begin<M: Mapping>(lanes: &[Shared<M>; 2]) {
    for lane in lanes {
        for number in 0..SLOTS {
            // As if the piece of the lap before this one were done.
            let stale = (number + 1).wrapping_sub(SLOTS);
            lane.slot(number).number.store(stale, Ordering::Relaxed);
        }
    }
}

/// Takes the other side's place; returns whether it was free. A lane has room for one sender and
/// one receiver.
pub(crate) fn join<M: Mapping>(lanes: &[Shared<M>; 2]) -> bool {
    lanes[0].bell().joined.swap(1, Ordering::Relaxed) == 0
}

impl<M: Mapping> Shared<M> {
    fn lane(&self) -> &Lane {
        // SAFETY: the mapping is `RING` bytes long and begins at a page, and `from` is a multiple
        // of 128 (a test checks that), so a lane is there, and aligned. Any bytes are a valid
        // lane: all of its fields are atomic numbers, or behind an UnsafeCell.
        unsafe { self.mapping.start().add(self.from).cast::<Lane>().as_ref() }
    }

    /// Where `place` begins. Panics when it doesn't have `length` bytes.
    fn at(&self, place: Place, length: u32) -> *mut u8 {
        match place {
            Place::Slot(number) => {
                assert!(length <= IN_SLOT, "a slot holds {IN_SLOT} bytes");
                self.slot(number).piece.get().cast()
            }
            Place::Area(at) => {
                assert!(at <= AREA && length <= AREA - at, "the area ends at {AREA}");
                let area = self.from + size_of::<Lane>();
                // SAFETY: the area begins after its lane and has `AREA` bytes.
                unsafe { self.mapping.start().add(area + at as usize).as_ptr() }
            }
        }
    }
}

impl<M: Mapping> Memory for Shared<M> {
    fn slots(&self) -> u32 {
        SLOTS
    }

    fn area(&self) -> u32 {
        AREA
    }

    fn done(&self) -> &AtomicU32 {
        &self.lane().done.0
    }

    fn bell(&self) -> &Bell {
        &self.lane().bell.0
    }

    fn slot(&self, number: u32) -> &Slot {
        &self.lane().slots[(number % SLOTS) as usize]
    }

    unsafe fn write(&self, place: Place, piece: &[u8]) {
        let to = self.at(place, piece.len() as u32);
        // SAFETY: `at` has checked that there is room. Our caller has to see to it that nobody
        // else is there.
        unsafe { ptr::copy_nonoverlapping(piece.as_ptr(), to, piece.len()) };
    }

    unsafe fn piece(&self, place: Place, length: u32) -> &[u8] {
        let from = self.at(place, length);
        // SAFETY: as in `write`. That the other process keeps to the protocol and doesn't write
        // there is what `crate::ring` asks of whoever invites it.
        unsafe { slice::from_raw_parts(from, length as usize) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_aligned() {
        assert_eq!(LANE % align_of::<Lane>(), 0);
    }
}
