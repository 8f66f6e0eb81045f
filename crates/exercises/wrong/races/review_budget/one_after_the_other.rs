//! Wrong: `A` has paid when `B` looks, and `B` finds too little.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: 30 of 100 are left

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAB"
}
