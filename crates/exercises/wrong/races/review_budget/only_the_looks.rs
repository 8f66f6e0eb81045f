//! Wrong: both have looked, but nobody has paid yet.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and A can go on

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AB"
}
