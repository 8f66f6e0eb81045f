//! Wrong: `C` looks before anybody has claimed, and goes away.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: nothing was read

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CCAABB"
}
