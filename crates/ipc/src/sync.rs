//! Where the ring gets its atomics from. The test `orders` compiles it once more, with those
//! of loom.

pub(crate) use std::sync::atomic::{AtomicU32, Ordering, fence};
