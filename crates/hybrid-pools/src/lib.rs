//! A pool of processes that survives its workers, and threads and processes together. Read the
//! modules in this order:
//!
//! * [`task`]: functions that workers find by their names.
//! * `message`: what the pool and a worker send each other; `tray`: memory that both share, for what is
//!   large; [`made`]: where a worker writes a result.
//! * `notebook`: how much a worker has begun, noted where its death doesn't erase it; `copies`: how
//!   copies of a worker are ended.
//! * [`serving`]: the worker's side.
//! * [`pool`]: the pool's side.
//! * [`error`]: what can go wrong.
//! * [`counting`]: tasks to try a pool with.
//! * [`index`]: words and the pages they stand on; [`hybrid`]: threads and processes that make such an
//!   index.
//! * [`chaos`]: kills workers while a pool works; [`view`]: shows how far a pool is.
//!
//! All this needs a Unix. On Windows the crate is empty; there, the Windows Subsystem for Linux runs
//! it all.

#![cfg(unix)]

pub mod chaos;
mod copies;
pub mod counting;
pub mod error;
pub mod hybrid;
pub mod index;
pub mod made;
mod message;
mod notebook;
pub mod pool;
pub mod serving;
pub mod task;
mod tray;
pub mod view;

use processes::worker::Work;

pub use error::{Begun, Rejected, StartError, TaskError};
pub use pool::{Options, ProcessPool, Progress};
pub use task::{Run, Task};

/// The tasks of this crate's own workers.
// ANCHOR: tasks
pub const TASKS: &[&dyn Run] = &[
    &counting::COUNT,
    &counting::NOTHING,
    &counting::ECHO,
    &counting::DIE_AT,
    &hybrid::COUNT_WORDS,
    &hybrid::FETCH_AND_COUNT,
];
// ANCHOR_END: tasks

/// The work of this crate's own workers: [`TASKS`].
pub const WORK: Work = Work::new("hybrid-pools", |link| serving::serve(link, TASKS));

/// All work that this crate's workers can do, for [`processes::worker::entry`].
pub const WORKS: &[Work] = &[WORK];
