//! Right: `C` has looked at its own counter before.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CACCC"
}
