//! Wrong: `A` has ended with its third turn after the look.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too long: it breaks with turn 7 already

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBABBAA"
}
