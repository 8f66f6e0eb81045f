//! Threads, locks, atomics and child processes that are *watched*. Answers to the exercises use
//! them, and the checks ask what was seen. A check asks *how* an answer works: how many threads ran
//! at once, which child was never waited for, under which schedule an update is lost. No check asks
//! the clock.
//!
//! Read in this order:
//!
//! * [`thread`], [`sync`] and [`process`]: a part of what the standard library has, under the
//!   same names and used in the same way. Each call leaves a line in the record.
//! * [`watch`]: runs an answer and returns what was [`Seen`].
//! * [`explore`]: runs it under every schedule, [`roll`] under many that are rolled with dice, and
//!   [`sample`] under a few that are as different as can be. Where a schedule breaks it, they say in
//!   words what happened in which order.
//! * [`play`]: runs code under the one schedule that a student wrote down, and says what happened at
//!   each turn; [`play_program`] does so with a program of the explorer.
//! * [`for_real`]: runs it once, with real threads and real child processes, and says who
//!   waits for what when it doesn't end.
//! * [`Plain`]: ordinary memory, which two threads may use only when something says which of
//!   them was first.
//! * [`Events`] forces the situation that a check asks about.
//! * [`looks`] tells how often somebody has looked for the end of a child, [`sleeps`] how often somebody has
//!   slept, and [`waits_for_child`] whether somebody waits for it.
//! * [`Gauge`] counts how many are inside at once, [`Trickle`] gives its bytes in pieces, and
//!   [`largest_allocation`] tells how much memory was asked for at once.
//!
//! Outside of [`explore`], [`roll`] and [`play`] everything is the standard library's, so the `main` of
//! an exercise runs for real.

mod allocation;
mod cores;
mod events;
mod explore;
mod gauge;
mod happened;
mod patterns;
mod plain;
mod play;
pub mod process;
mod real;
mod record;
mod rounds;
mod shorten;
mod state;
mod step;
mod story;
pub mod sync;
pub mod thread;
mod trace;
mod trickle;
mod watch;

pub use allocation::largest_allocation;
pub use events::Events;
pub use explore::{
    Explored, explore, explore_or_explain, roll, roll_some, sample, sample_or_explain,
};
pub use gauge::{Gauge, Inside};
pub use plain::Plain;
pub use play::{Played, play, play_program};
pub use real::{for_real, for_real_or_explain};
pub use trickle::Trickle;
pub use watch::{Seen, looks, sleeps, waits_for_child, watch, who};
