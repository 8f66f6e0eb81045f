//! Wrong: the page is free, and `B` has only counted itself so far.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and B can go on

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BAAB"
}
