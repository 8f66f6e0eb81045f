//! What there is to measure and to show: the files of the project, and which code a number
//! stands on.
//!
//! * [`project`]: where the project is, and what it says about itself.
//! * [`files`]: its files, each read once (`once`).
//! * `tokens`: what of a file counts. `paths`: which other files it names. `extending`: whether it
//!   is used without being named. `scripts`: the same for Python.
//!   `manifests`: what Cargo is told. [`fingerprint`]: all of it together.

mod extending;
pub mod files;
pub mod fingerprint;
mod manifests;
mod once;
mod paths;
pub mod project;
mod scripts;
mod tokens;

pub use files::Files;
pub use fingerprint::Code;
