//! Right: `B` has counted itself, and then the page is freed.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BABAB"
}
