//! Wrong: the fence doesn't let `A` pass while its store waits.
//! Caught by `the_schedule_breaks_the_code`: turn 4: thread A can't move: not all of its stores have reached memory

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBAA"
}
