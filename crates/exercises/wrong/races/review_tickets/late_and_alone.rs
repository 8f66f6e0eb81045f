//! Wrong: `A` is too late, and writes before `B` comes again. Then all is well.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: the numbers 0, 1, 2 were drawn

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABBAABB"
}
