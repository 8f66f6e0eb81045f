//! Wrong: nothing of `A` waits yet.
//! Caught by `the_schedule_breaks_the_code`: turn 1: no store of thread A waits for memory

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "aA"
}
