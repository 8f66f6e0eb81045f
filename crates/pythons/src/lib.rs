//! Every CPython that a machine has: [`finding`] looks for them, [`asking`] asks each what it is, and
//! [`running`] runs a script on it, within a time limit.
//!
//! An interpreter that is missing, broken or hangs costs a line and nothing else.
//!
//! The scripts stand in the crate's folder `python`. Each runs on CPython 2.7 and from 3.6 on, with and
//! without the GIL, needs the standard library only, and says in its last line what it measured: a JSON
//! array of triples, a name, a unit (`ns`, `bytes`, `count` or `ratio`) and a number.

pub mod asking;
pub mod finding;
pub mod running;

pub use asking::Python;
pub use finding::{FOUND, Findings, Found, find};
pub use running::{Reported, Unit};
