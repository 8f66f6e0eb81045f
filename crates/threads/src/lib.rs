//! Threads in Rust. Read the modules in this order:
//!
//! * [`starting`]: start a thread, wait for it, and what that costs.
//! * [`panicking`]: a thread that panics, and what `join` returns.
//! * [`sharing`]: one total, computed by many threads, shared in four ways.
//! * [`dividing`]: one range of numbers, cut in parts, and four ways to work through them.
//! * [`false_sharing`]: counters that no two threads share, but that lie on one cache line.
//! * [`waiting`]: slow web pages, fetched one after the other, in a thread each, or by a
//!   bounded pool of threads.
//! * [`many`]: ten thousand slow pages, fetched in a thread each or in tasks, and the limits
//!   that stop each way.
//! * [`queue`], [`semaphore`]: how a thread is made to wait until it may go on: a queue with a
//!   bound, right and wrong, and a semaphore.
//! * [`pressure`]: a producer, a consumer, and how long the queue between them becomes.
//! * [`selecting`]: waiting for whichever of several channels has a message first.
//! * [`reading`]: many readers of one list, behind a lock, behind a lock for readers, or with
//!   a copy each.
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
