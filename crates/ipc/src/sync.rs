//! Where the ring gets its atomics from. The test `orders` compiles the ring once more, with the
//! atomics of loom.

#[cfg(target_os = "linux")]
pub(crate) use std::sync::atomic::fence;
pub(crate) use std::sync::atomic::{AtomicU32, Ordering};
