//! Wrong: one after the other, as a test would do it.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: both have their squares

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBAACBBCC"
}
