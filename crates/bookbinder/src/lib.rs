//! Binds code, outputs, measurements and claims into the book. Data flows one way:
//!
//! code → run → measurement → claim → page.
//!
//! * [`measure`] runs the benches; [`measurement`] is what they leave, [`criterion`] the
//!   one module that knows criterion's files, [`fingerprint`] what tells that code has
//!   changed since.
//! * [`output`] is what commands printed; [`claim`] is what somebody said and the
//!   comparison that decides it.
//! * [`exercises`] are those of the course, which other crates check.
//! * [`material`] is all of that, read once.
//! * [`mod@weave`] puts it where a chapter's [`directive`]s say; [`gates`] look at what
//!   the author typed.
//! * [`preprocessor`] does both for mdBook, and [`verbs`] are what the command line
//!   calls.

mod bench;
mod card;
pub mod child;
pub mod claim;
pub mod criterion;
pub mod directive;
pub mod exercises;
pub mod finding;
pub mod fingerprint;
pub mod gates;
mod grid;
mod html;
mod lanes;
#[cfg(unix)]
pub mod leash;
mod machines;
pub mod material;
pub mod measure;
pub mod measurement;
mod number;
pub mod output;
mod plot;
mod predict;
pub mod preprocessor;
pub mod quantity;
mod stepper;
pub mod this_machine;
mod turn;
pub mod verbs;
pub mod weave;
