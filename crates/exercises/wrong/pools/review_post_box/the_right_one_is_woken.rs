//! Wrong: the news reaches `B`, who is meant. It puts its letter in, and all is well.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: all letters have arrived

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "CCDDAABBCCBBDD"
}
