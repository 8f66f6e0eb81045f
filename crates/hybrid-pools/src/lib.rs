//! A pool of processes that survives its workers, and threads and processes together. Read the
//! modules in this order:
//!
//! * [`task`]: functions that workers find by their names.
//! * `message`: what goes to a worker and comes back; `tray`: memory that both see, for what is large;
//!   [`made`]: a result on its way there.
//! * `notebook`: what a worker has begun, for when it dies; `copies`: whether a process is a worker.
//! * [`serving`]: the worker's side.
//! * [`pool`]: the pool's side.
//! * [`error`]: what can go wrong.
//! * [`index`]: words and the pages they stand on; [`hybrid`]: threads and processes that make it.
//! * [`chaos`]: somebody who kills workers; [`view`]: how far a pool is.
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
