//! Threads in Rust. Read the modules in this order:
//!
//! * [`starting`]: start a thread, wait for it, and what that costs.
//! * [`panicking`]: a thread that panics, and what `join` returns.
//! * [`sharing`]: one total, computed by many threads, shared in four ways.
//! * [`dividing`]: one range of numbers, cut in parts: one after the other, a thread
//!   each, by work stealing, and by work stealing of our own.
//! * [`false_sharing`]: two counters that nobody shares, on one cache line.
//! * [`waiting`]: slow web pages, one after the other, a thread each, a bounded pool.
//! * [`many`]: ten thousand slow pages, a thread each or in tasks, and what stops each way.
//! * [`queue`], [`semaphore`]: who comes too early waits: a queue with a bound, right and
//!   wrong, and a semaphore.
//! * [`pressure`]: a producer, a consumer, and how long the queue between them becomes.
//! * [`selecting`]: waiting for whichever of several channels is first.
//! * [`reading`]: many readers of one list: a lock, a lock for readers, a copy each.
//! * [`frames`]: a screen that must be drawn sixty times a second while work goes on.
//!
//! The modules hold the ideas, small enough to read on one screen. `src/demos/` shows
//! them, `benches/` measures them.

pub mod dividing;
pub mod false_sharing;
pub mod frames;
pub mod many;
pub mod panicking;
pub mod pressure;
pub mod queue;
pub mod reading;
pub mod selecting;
pub mod semaphore;
pub mod sharing;
pub mod starting;
mod sync;
pub mod waiting;
