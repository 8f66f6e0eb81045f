//! Right: `B` has its first lock before `A` has one.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AACBBBA"
}
