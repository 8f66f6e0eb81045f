//! Threads, locks, atomics and child processes that are *watched*: what the exercises call,
//! and what their checks ask. A check of an exercise asks *how*: how many threads at once,
//! which child was never waited for, under which schedule an update is lost. It never asks
//! the clock.
//!
//! Read in this order:
//!
//! * [`thread`], [`sync`] and [`process`]: the names of the standard library, with the same
//!   signatures. Each call leaves a line in the record.
//! * [`watch`]: runs an answer and returns what was [`Seen`].
//! * [`explore`]: runs it under every schedule, and [`roll`] under many that are rolled with
//!   dice. Where a schedule breaks it, both say in words what happened in which order.
//! * [`for_real`]: runs it once, with real threads and real child processes, and says who
//!   waits for what when it doesn't end.
//! * [`Gauge`] and [`Trickle`]: how many are inside at once; bytes that come in pieces.
//!
//! Outside of [`explore`] and [`roll`] everything is the standard library's, so the `main` of
//! an exercise runs for real.

mod explore;
mod gauge;
pub mod process;
mod real;
mod record;
mod story;
pub mod sync;
pub mod thread;
mod trickle;
mod watch;

pub use explore::{Explored, explore, roll};
pub use gauge::{Gauge, Inside};
pub use real::{for_real, for_real_or};
pub use trickle::Trickle;
pub use watch::{Seen, watch};
