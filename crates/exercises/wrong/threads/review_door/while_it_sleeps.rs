//! Wrong: `A` sleeps, and nobody has notified it yet.
//! Caught by `the_schedule_breaks_the_code`: turn 5: A can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAABAA"
}
