//! What `cargo run -p race-conditions` prints, a module for each group of chapters.

pub(crate) mod counting;
pub(crate) mod deadlock;
pub(crate) mod explorer;
pub(crate) mod exploring;
pub(crate) mod files;
pub(crate) mod references;
