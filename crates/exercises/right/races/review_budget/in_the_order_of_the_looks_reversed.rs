//! Right: `B` pays first, although `A` looked first.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBA"
}
