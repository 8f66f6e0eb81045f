//! What lies where in the memory that two processes share.
//!
//! A ring has two *lanes*, one each way: queues for a single producer and a single consumer. Each
//! lane looks like this:
//!
//! | from byte | bytes | what | who writes it |
//! |---|---|---|---|
//! | 0 | 4 | `done`: how many pieces the receiver is done with, modulo 2³² (its cursor) | receiver |
//! | 128 | 4 | `sender_sleeps`: 1 while the sender sleeps, or is about to | both |
//! | 132 | 4 | `receiver_sleeps`: the same of the receiver | both |
//! | 136 | 4 | `sender_gone`: 1 when no more pieces will come | sender |
//! | 140 | 4 | `receiver_gone`: 1 when the receiver takes no more pieces | receiver |
//! | 144 | 4 | `joined`: 1 when the other side has joined | whoever joins |
//! | 256 | 64 × [`SLOTS`] | the slots, one for each piece under way | sender |
//! | after them | [`AREA`] | the area, for what doesn't fit into a slot | sender |
//!
//! and each slot, which fills a cache line:
//!
//! | from byte | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `number`: 1 + the number of the piece that is ready here, modulo 2³² (a sequence number) |
//! | 4 | 4 | `length` of the piece in bytes |
//! | 8 | 4 | `place`: where in the area it begins; of no meaning when it lies in the slot |
//! | 12 | 4 | `more`: 1 when the message goes on in the next piece |
//! | 16 | [`IN_SLOT`] | the piece itself, if it is no longer than this |
//!
//! So a short message moves from one core to the other in a single cache line, together with the
//! number that says that it is there.
//!
//! `done` has 128 bytes to itself, and so has the bell. That is two cache lines, since processors
//! like to fetch lines in pairs. A word that one side writes all the time must not share a line
//! with a word that the other side reads all the time. The words of the bell may share a line:
//! they are read all the time, but written only when a side goes to sleep or leaves. Each slot is
//! a line of its own and not two, since the next slot is needed next anyway.

use std::cell::UnsafeCell;

use crate::sync::AtomicU32;

/// How many pieces may be under way in a lane at once.
pub(crate) const SLOTS: u32 = 128;

/// How many bytes of a piece a slot holds.
pub(crate) const IN_SLOT: u32 = 48;

/// The size of the area, in bytes.
pub(crate) const AREA: u32 = 4 << 20;

/// A lane without its area, which comes right after it.
#[repr(C)]
pub(crate) struct Lane {
    pub(crate) done: Apart<AtomicU32>,
    pub(crate) bell: Apart<Bell>,
    pub(crate) slots: [Slot; SLOTS as usize],
}

/// Puts a value alone into two cache lines.
#[repr(C, align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// The words that say which side sleeps, and which has gone.
#[repr(C)]
pub(crate) struct Bell {
    pub(crate) sender_sleeps: AtomicU32,
    pub(crate) receiver_sleeps: AtomicU32,
    pub(crate) sender_gone: AtomicU32,
    pub(crate) receiver_gone: AtomicU32,
    pub(crate) joined: AtomicU32,
}

/// A place for one piece.
///
/// A broken or hostile sender may change `length`, `place` and `more` at any time. So they are
/// atomic, too, and the receiver reads each of them only once.
#[repr(C, align(64))]
pub(crate) struct Slot {
    pub(crate) number: AtomicU32,
    pub(crate) length: AtomicU32,
    pub(crate) place: AtomicU32,
    pub(crate) more: AtomicU32,
    pub(crate) piece: UnsafeCell<[u8; IN_SLOT as usize]>,
}
