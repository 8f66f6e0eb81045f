//! Runs the benches.
//!
//! * [`mod@measure`] goes round the groups; `sampling` is what was measured of one so far, and `keeping`
//!   what becomes of it. `effort`: how long to measure, and by how many processes. `bench` compiles the
//!   bench programs, and runs them; [`criterion`] is the one module that knows criterion's files.
//! * [`mod@cargo`]: whatever is compiled has the project's own profiles.
//! * [`child`]: how a child process is run, and stopped, on a leash of its own where it starts others.
//!   `turn`: one process measures at a time. `watch`: what else happens meanwhile.
//!   [`this_machine`]: where.

mod bench;
pub mod cargo;
pub mod child;
pub mod criterion;
mod effort;
mod keeping;
#[cfg(unix)]
pub mod leash;
pub mod measure;
mod sampling;
pub mod this_machine;
mod turn;
mod watch;
