//! One thread writes data and then sets a flag. Another one looks at the flag, and then at the
//! data.

use crate::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

/// What the two threads do.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// Takes the data and the flag; writes 1 to the data, and then to the flag.
    pub write: fn(&AtomicU32, &AtomicU32),
    /// Takes the flag and the data; returns what it reads of the flag, and then of the data.
    pub read: fn(&AtomicU32, &AtomicU32) -> (u32, u32),
}

/// Asks for no order: the flag may be seen before the data.
pub const RELAXED: Way = Way { write: relaxed::write, read: relaxed::read };

/// Asks that whoever sees the flag sees the data.
pub const ACQUIRE_RELEASE: Way =
    Way { write: acquire_release::write, read: acquire_release::read };

/// Both ways by name, the weaker one first.
pub const WAYS: [(&str, Way); 2] =
    [("Relaxed", RELAXED), ("Acquire and Release", ACQUIRE_RELEASE)];

mod relaxed {
    use super::*;

    pub(super) fn write(data: &AtomicU32, flag: &AtomicU32) {
        data.store(1, Relaxed);
        flag.store(1, Relaxed);
    }

    pub(super) fn read(flag: &AtomicU32, data: &AtomicU32) -> (u32, u32) {
        (flag.load(Relaxed), data.load(Relaxed))
    }
}

mod acquire_release {
    use super::*;

    // ANCHOR: acquire_release
    pub(super) fn write(data: &AtomicU32, flag: &AtomicU32) {
        data.store(1, Relaxed);
        flag.store(1, Release);
    }

    pub(super) fn read(flag: &AtomicU32, data: &AtomicU32) -> (u32, u32) {
        (flag.load(Acquire), data.load(Relaxed))
    }
    // ANCHOR_END: acquire_release
}
