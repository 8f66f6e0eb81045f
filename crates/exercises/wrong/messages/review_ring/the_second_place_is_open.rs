//! Wrong: `C` reads the first place only, and that is written.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: 7 was read

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABCCCCB"
}
