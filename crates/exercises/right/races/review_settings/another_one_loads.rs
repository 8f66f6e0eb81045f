//! Right: `B` loads.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBBCC"
}
