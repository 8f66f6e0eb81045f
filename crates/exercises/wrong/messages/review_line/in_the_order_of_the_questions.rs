//! Wrong: whoever has asked first receives first.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: both have their squares

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ACBBAABBCC"
}
