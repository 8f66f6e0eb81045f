//! Wrong: both begin with the left shelf, and `A` has it.
//! Caught by `the_schedule_breaks_the_code`: turn 6: B can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABBAB"
}
