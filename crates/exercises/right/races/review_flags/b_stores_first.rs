//! Right: `B` has stored first, and its store is the last to reach memory.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BABaAAb"
}
