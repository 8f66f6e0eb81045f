//! Wrong: `A` has the lock while it looks, so `C` waits.
//! Caught by `the_schedule_breaks_the_code`: turn 3: C can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AACBBA"
}
