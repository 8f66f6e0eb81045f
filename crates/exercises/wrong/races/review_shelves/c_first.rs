//! Wrong: `A` and `B` both look after `C`, and see the same.
//! Caught by `the_schedule_breaks_the_code`: turn 7: B can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CAABBAB"
}
