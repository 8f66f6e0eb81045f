//! Wrong: `C` has the wrong number, but hasn't returned it.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and A can go on

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ACCC"
}
