//! Right: the answer for `A` is there when `C` asks.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBCCC"
}
