//! What measures: the benches, and the commands whose output the book shows.
//!
//! * [`mod@measure`] goes through the groups; `bench` compiles the bench programs, and runs them;
//!   [`criterion`] is the one module that knows criterion's files.
//! * [`command`] runs what the book shows.
//! * [`child`]: how a child process is run, and stopped. [`this_machine`]: where.

mod bench;
pub mod child;
pub mod command;
pub mod criterion;
pub mod measure;
pub mod this_machine;
