//! Wrong: one after the other, as a test would do it.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: everybody has port 8080

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAAAABBCC"
}
