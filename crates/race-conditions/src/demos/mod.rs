//! What `cargo run -p race-conditions` prints, a module for each group of chapters.

pub(crate) mod counting;
pub(crate) mod deadlock;
pub(crate) mod explorer;
pub(crate) mod exploring;
pub(crate) mod files;
pub(crate) mod order;
pub(crate) mod references;

/// Fails with an error that names `what` the demo shows, unless that is so.
fn shown(is_so: bool, what: &str) -> Result<(), String> {
    if is_so { Ok(()) } else { Err(format!("it was not so that {what}")) }
}
