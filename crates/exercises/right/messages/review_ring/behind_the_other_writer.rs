//! Right: `B` has claimed, and not written.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BCCCC"
}
