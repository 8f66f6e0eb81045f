//! Wrong: `B` looks when nobody has the page any more, and goes away.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: it was too late

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAB"
}
