//! Wrong: the port is stored when `B` looks.
//! Caught by `the_schedule_breaks_the_code`: nothing breaks: everybody has port 8080

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AAAABABCC"
}
