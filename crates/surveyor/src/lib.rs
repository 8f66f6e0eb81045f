//! Measures: the first half of the book's sentence, code → run → measurement → claim → page.
//!
//! * [`code`]: what there is to measure and to show. Files, and what a number stands on.
//! * [`kept`]: measurements, as they are kept.
//! * [`running`]: runs the benches.
//! * [`verb`]: what people type.
//!
//! Beside them stands [`say`]. The second half is the crate `bookbinder`, which needs all of mdBook: whoever only wants
//! the numbers of their machine doesn't compile it.

pub mod code;
pub mod kept;
pub mod running;
pub mod say;
pub mod verb;
