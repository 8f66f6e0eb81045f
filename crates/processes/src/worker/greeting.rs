//! What a worker says first.

/// Who it is. The number changes when the greeting or what follows it does.
pub(super) const GREETING: (&str, u32) = ("a worker of the book", 1);

/// [`GREETING`], and then the id of its process, or why it won't work.
pub(super) type Greeting = ((String, u32), Result<u32, String>);

/// The longest greeting that is read, in bytes: enough for a refusal that lists all works.
pub(super) const LONGEST: usize = 64 * 1024;
