//! Right: `C` has looked before, and waits for the lock.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CAAABB"
}
