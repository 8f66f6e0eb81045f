//! What `cargo run -p threads` prints, a module for each group of chapters.

pub(crate) mod dividing;
pub(crate) mod making_wait;
pub(crate) mod many;
pub(crate) mod sharing;
pub(crate) mod starting;
pub(crate) mod waiting;
