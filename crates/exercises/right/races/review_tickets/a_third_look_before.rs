//! Right: `B` has already looked for its second number when `A` finds that it is too
//! late.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBBABA"
}
