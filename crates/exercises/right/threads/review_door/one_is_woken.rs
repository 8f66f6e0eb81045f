//! Right: `A` sleeps in time and is woken, and `C` comes too late for that.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAACCBBCAA"
}
