//! Wrong: `A` sleeps for ever, but `C` can still go on.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and C can go on

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABBA"
}
