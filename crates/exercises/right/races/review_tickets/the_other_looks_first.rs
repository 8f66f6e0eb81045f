//! Right: `B` looks first, and still is faster.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BABABBA"
}
