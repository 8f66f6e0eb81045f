//! Right: `B` reads while `A` is about to free the page.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BABBA"
}
