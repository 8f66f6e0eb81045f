//! Wrong: `B` is done before `A` gives the page back.
//! Caught by `the_schedule_breaks_the_code`: turn 5: B can't go on, since it has ended

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBBBBA"
}
