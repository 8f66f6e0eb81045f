//! Right: `C` sleeps for ever, and `A` finds the door open.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CCBBCAA"
}
