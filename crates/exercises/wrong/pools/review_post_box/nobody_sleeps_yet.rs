//! Wrong: `C` holds no lock any more, but hasn't gone to sleep yet.
//! Caught by `the_schedule_breaks_the_code`: turn 2: D can't go on, since it waits in line

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CDAABBCCDD"
}
