//! Five programs, each decided with arithmetic before it runs. Read the modules in this order:
//!
//! * [`decision`]: what the arithmetic says and what the clock says, side by side.
//! * [`team`]: who does the work: a pool of processes, and a pool of threads.
//! * [`crawler`]: nearly all of the work is waiting.
//! * [`thumbnails`]: much data, and little to do for each byte.
//! * [`simulation`]: steps that all must finish before anybody may begin the next.
//! * [`service`]: many light requests, and a few heavy ones before them.
//! * [`pipeline`]: three stages, one of them slower than the others.
//!
//! Each program has its constants, which are measured first; its ways, which all come to the same
//! result; and for each way, a line or two that predict from the constants how long it takes.
//!
//! All this needs a Unix. On Windows the crate is empty; there, the Windows Subsystem for Linux runs
//! it all.

#![cfg(unix)]

pub mod crawler;
pub mod decision;
pub mod pipeline;
pub mod service;
pub mod simulation;
pub mod team;
pub mod thumbnails;

use hybrid_pools::{Run, serving};
use processes::worker::Work;

pub use decision::{Decision, Failure};
pub use team::Team;

/// The tasks of the pool's workers.
pub const TASKS: &[&dyn Run] = &[
    &team::TAKE,
    &crawler::WORDS,
    &thumbnails::TAKE,
    &thumbnails::SHRINK,
    &thumbnails::READ_AND_SHRINK,
    &service::REPORT,
    &pipeline::TAKE,
    &pipeline::PARSE,
];

/// The work of the pool's workers: [`TASKS`].
pub const WORK: Work = Work::new("deciding", |link| serving::serve(link, TASKS));

/// All work that this crate's workers can do, for [`processes::worker::entry`].
pub const WORKS: &[Work] = &[WORK, simulation::STRIP];
