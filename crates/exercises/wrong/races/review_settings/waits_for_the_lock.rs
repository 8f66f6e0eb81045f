//! Wrong: `B` has looked before the flag was set, so it needs the lock.
//! Caught by `the_schedule_breaks_the_code`: turn 4: B can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABB"
}
