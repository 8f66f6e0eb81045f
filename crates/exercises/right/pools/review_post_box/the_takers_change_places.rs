//! Right: `D` is woken first, and then `C` instead of `B`.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "DDCCAABBDDCC"
}
