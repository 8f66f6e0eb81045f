//! Right: both stores wait when `B` looks.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBaAAb"
}
