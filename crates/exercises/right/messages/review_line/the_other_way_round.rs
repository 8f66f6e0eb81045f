//! Right: `C` asks first, and `A` receives first.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CABBAA"
}
