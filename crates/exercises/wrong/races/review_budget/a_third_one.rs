//! Wrong: there are only two.
//! Caught by `the_schedule_breaks_the_code`: turn 3: there is no thread C; there are A and B

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABC"
}
