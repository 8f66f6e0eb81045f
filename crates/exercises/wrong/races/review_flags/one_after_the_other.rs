//! Wrong: without a buffer that makes somebody wait.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: x = 1, y = 1, A.saw = 0, B.saw = 1

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AaAABbB"
}
