//! Right: `C` comes in between.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAACC"
}
