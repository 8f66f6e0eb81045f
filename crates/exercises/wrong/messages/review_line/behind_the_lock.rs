//! Wrong: `C` has the lock, and hasn't received yet.
//! Caught by `the_schedule_breaks_the_code`: turn 6: A can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ACBBCA"
}
