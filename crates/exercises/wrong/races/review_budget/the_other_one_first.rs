//! Wrong: `B` has paid when `A` looks.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: 50 of 100 are left

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBA"
}
