//! Right: `B` has looked at one shelf before `C` comes. That one doesn't change.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BAACBAB"
}
