//! Wrong: `B` has counted itself when `A` leaves, and is the last one then.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: the page was read

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBABBB"
}
