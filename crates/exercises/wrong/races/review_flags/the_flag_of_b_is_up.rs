//! Wrong: the store of `B` reaches memory before `A` looks.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: x = 1, y = 1, A.saw = 1, B.saw = 0

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBbAaAA"
}
