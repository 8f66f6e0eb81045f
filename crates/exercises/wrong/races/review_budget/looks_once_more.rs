//! Wrong: `B` has ended: it found too little, so it takes no second step.
//! Caught by `the_schedule_breaks_the_code`: turn 4: B can't go on, since all threads have ended

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AABB"
}
