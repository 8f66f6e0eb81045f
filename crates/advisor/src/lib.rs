//! Watches a program run, from outside, and says whether threads, processes, both, async or neither would make it
//! faster, by how much at best, and on what evidence. Data flows one way; read the modules in this order:
//!
//! * [`state`]: what a thread can be doing, and how long it did what.
//! * `launch`: starts the program, and stays out of its way.
//! * `sample`: looks at its threads and processes; `profile`: in which file they compute.
//! * [`classify`]: what a look means.
//! * [`account`]: what all looks together say.
//! * [`machine`]: what starting and sending costs on this machine: the book's measurements.
//! * [`advise`]: the arithmetic, for each option.
//! * [`report`]: what the reader gets to see; [`html`]: the same as a page.
//!
//! What looks needs Linux. What thinks is plain arithmetic, and runs and is tested everywhere.

pub mod account;
pub mod advise;
pub mod classify;
#[cfg(target_os = "linux")]
pub mod command;
pub mod html;
#[cfg(target_os = "linux")]
pub mod launch;
pub mod machine;
#[cfg(target_os = "linux")]
pub mod profile;
pub mod report;
#[cfg(target_os = "linux")]
pub mod sample;
pub mod state;
#[cfg(target_os = "linux")]
pub mod watch;
