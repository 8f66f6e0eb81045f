//! What there is to measure and to show: the files of the project, and which code a number
//! stands on.
//!
//! * [`project`]: where the project is, and what it says about itself.
//! * [`files`]: its files, each read once (`once`); `lines`: where in one of them something stands.
//! * `tokens`: what of a file counts. `paths`: which other files it names. `extending`: whether it
//!   is used without being named. `scripts`: the same for Python.
//!   `manifests`: what Cargo is told. [`fingerprint`]: all of it together.
//! * [`finding`]: what is wrong with a file, and what to do about it.

mod extending;
pub mod files;
pub mod finding;
pub mod fingerprint;
pub(crate) mod lines;
mod manifests;
mod once;
mod paths;
pub mod project;
mod scripts;
mod tokens;

pub use files::Files;
pub use finding::Finding;
pub(crate) use finding::Refusal;
pub use fingerprint::Code;
