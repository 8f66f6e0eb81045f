//! The shared face of the examples.
//!
//! An example's `main` builds a [`Tour`] of [`Demo`]s and hands it the command line:
//!
//! ```no_run
//! use std::io::Write;
//! use std::process::ExitCode;
//! use tour::{Demo, Outcome, Stage, Tour};
//!
//! fn hello(stage: &mut Stage) -> Outcome {
//!     writeln!(stage, "hello from {} workers", stage.workers())?;
//!     Ok(())
//! }
//!
//! fn main() -> ExitCode {
//!     Tour::new("example", "What this example shows, in a line.")
//!         .demo(Demo::new("hello", "say hello", hello).workers(4))
//!         .main()
//! }
//! ```
//!
//! * [`Tour`]: which demos there are, and the command line that chooses among them.
//! * [`Stage`]: where a demo prints, and what it was asked for. All output goes through
//!   the stage, so that a demo whose output is piped into `head` ends without a
//!   complaint.
//! * [`Table`]: aligned columns.
//! * [`clock`]: timing inside a demo.
//! * [`manners`]: checks for the tests of every example.
//! * `signals` (on Unix): resets the signals that a program inherits from its parent.
//! * [`spare`]: what the system has to spare, asked before a demo takes it.
//! * [`mod@format`]: times, counts and ratios, written the same way everywhere, in the
//!   book too.

mod arguments;
pub mod clock;
pub mod format;
pub mod manners;
#[cfg(unix)]
pub mod signals;
pub mod spare;
mod stage;
mod table;
#[allow(clippy::module_inception)]
mod tour;

pub use stage::{Outcome, Stage};
pub use table::Table;
pub use tour::{Demo, Tour};
