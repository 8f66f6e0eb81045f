//! Right: `B` has claimed the first place, and `A` has claimed and written the second.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BAACCCC"
}
