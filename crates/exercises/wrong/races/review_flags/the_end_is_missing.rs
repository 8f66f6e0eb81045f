//! Wrong: both have looked in vain, but a store still waits.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and b can go on (y = 1 reaches memory)

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBAaAA"
}
