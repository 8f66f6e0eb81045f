//! Wrong: the door is open when the others come.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: everybody is in

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBAACC"
}
