//! Wrong: `A` can't make that turn any more: it waits already.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too long: it breaks with turn 7 already

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AACBBABA"
}
