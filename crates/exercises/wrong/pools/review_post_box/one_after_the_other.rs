//! Wrong: one after the other, as a test would do it.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: all letters have arrived

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AACCBBDD"
}
