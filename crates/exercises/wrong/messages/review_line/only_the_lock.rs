//! Wrong: `C` has the lock, and nothing is wrong yet.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and B can go on

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ACBBC"
}
