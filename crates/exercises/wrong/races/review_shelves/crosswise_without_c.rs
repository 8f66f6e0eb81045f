//! Wrong: `A` and `B` cross, but see the same, so both begin with the same lock.
//! Caught by `the_schedule_breaks_the_code`: the schedule is too short: nothing has broken by its end, and B can go on

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABBAAB"
}
