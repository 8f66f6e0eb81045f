//! Wrong: `C` has the lock, and nobody has answered yet.
//! Caught by `the_schedule_breaks_the_code`: turn 4: C can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ACCC"
}
