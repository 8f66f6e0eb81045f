//! Wrong: `B` is too late, and `A` draws only once.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: the numbers 0, 1, 2 were drawn

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BAABBBB"
}
