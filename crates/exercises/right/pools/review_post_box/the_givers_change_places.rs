//! Right: `B` puts its letter in, and `A` sleeps.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CCDDBBAACCDD"
}
