//! Wrong: `A` sleeps before `B` notifies, so it is woken.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: everybody is in

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAABBAACC"
}
