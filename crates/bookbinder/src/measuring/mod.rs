//! What measures: the benches, and the commands whose output the book shows.
//!
//! * [`mod@measure`] goes round the groups; `sampling` is what was measured of one so far, and `keeping`
//!   what becomes of it. `bench` compiles the bench programs, and runs them; [`criterion`] is the one
//!   module that knows criterion's files.
//! * [`command`] runs what the book shows. `cargo`: both compile with the project's own profiles.
//! * [`child`]: how a child process is run, and stopped, on a leash of its own where it starts others.
//!   `turn`: one process measures at a time. `watch`: what else happens meanwhile.
//!   [`this_machine`]: where.

mod bench;
pub(crate) mod cargo;
pub mod child;
pub mod command;
pub mod criterion;
mod keeping;
#[cfg(unix)]
pub mod leash;
pub mod measure;
mod sampling;
pub mod this_machine;
mod turn;
mod watch;
