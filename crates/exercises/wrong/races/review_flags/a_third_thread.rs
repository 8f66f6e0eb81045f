//! Wrong: there are only two.
//! Caught by `the_schedule_breaks_the_code`: turn 3: there is no C; there are A, B, a and b

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABC"
}
