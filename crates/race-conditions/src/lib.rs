//! Race conditions in Rust: results that depend on who comes first. Read the modules in this
//! order:
//!
//! * [`lost_update`]: two threads add to one number, and one of the additions is lost.
//! * [`last_seat`]: two buyers look at the same time, and both act on what they saw.
//! * [`mod@file`]: an addition lost between processes, which share no memory but a file.
//! * [`refcount`]: what a lost update does to a count of references, caught by a [`slab`].
//! * [`deadlock`]: threads that wait for each other for ever, and locks that report it.
//! * [`thread_safe`]: whether a program has the same result each time.
//! * [`explorer`]: every schedule of a small program, counted.
//! * [`order`]: what one thread writes, and when another one sees it.
//!
//! Nothing here is a *data race*: all memory that is shared is atomic, or behind a lock. Safe
//! Rust has no data races (`refused/` has programs with some, and they don't compile). The races
//! of this crate are of another kind, and Rust can't refuse them.
//!
//! The broken versions stand beside the fixed ones, with the same signature. A function that
//! takes `meanwhile` calls it at the moment when others can do harm; tests and demos use that
//! to force the bug.
//!
//! The modules hold the ideas, small enough to read on one screen. `src/demos/` shows
//! them, `benches/` measures them.

mod crowd;
pub mod deadlock;
pub mod explorer;
#[cfg(unix)]
pub mod file;
pub mod last_seat;
pub mod lost_update;
pub mod order;
pub mod refcount;
pub mod slab;
mod sync;
pub mod thread_safe;

#[cfg(unix)]
pub use file::WORKS;
