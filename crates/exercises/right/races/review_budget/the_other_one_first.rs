//! Right: `B` looks first, and pays last.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BAAB"
}
