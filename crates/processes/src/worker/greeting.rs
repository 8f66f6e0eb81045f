//! What a worker says first, and how its parent hears it.

use std::io::{self, ErrorKind};
use std::process;
use std::time::Instant;

use super::ending::Ending;
use super::link::Link;

/// What a worker says that it is. The number changes when the greeting or what follows it does.
const NAME: (&str, u32) = ("a worker of the book", 2);

/// [`NAME`], the id of the worker's process, and either its readiness or why it won't work.
type Greeting = ((String, u32), u32, Result<(), String>);

/// The longest greeting that is read, in bytes: enough for a refusal that lists all works.
const LONGEST: usize = 64 * 1024;

/// Sends the greeting to the parent; `ready` is why the worker won't work, if it won't.
pub(super) fn greet(parent: &mut Link, ready: Result<(), String>) -> io::Result<()> {
    parent.send(&(NAME, process::id(), ready))
}

/// What a parent hears that waits for a greeting.
pub(crate) enum Heard {
    /// A greeting.
    Greeting {
        /// The id of the worker's process, which its parent may not know yet.
        #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
        id: u32,
        /// Why the worker won't work, if it won't.
        ready: Result<(), String>,
    },
    /// Something other than a greeting; this is the beginning of it.
    Garbage(String),
    /// The other end of the link was closed without a word.
    Gone,
    /// Nothing came before the deadline.
    Silence,
    /// The link failed before anything came.
    Nothing(io::Error),
}

/// Waits for a greeting on `link`, or until the deadline, or until the worker's process has ended,
/// as far as `deadline` and `ending` are given.
pub(crate) fn hear(
    link: &mut Link,
    deadline: Option<Instant>,
    ending: Option<&Ending>,
) -> Heard {
    let mut line = Vec::new();
    let whole = link.read_line(&mut line, deadline, ending, LONGEST);
    let said: Result<Greeting, _> = serde_json::from_slice(&line);
    match (whole, said) {
        (Ok(true), Ok(((name, version), id, ready)))
            if (name.as_str(), version) == NAME =>
        {
            Heard::Greeting { id, ready }
        }
        (Ok(false), _) if line.is_empty() => Heard::Gone,
        (Err(error), _) if line.is_empty() => match error.kind() {
            ErrorKind::TimedOut => Heard::Silence,
            _ => Heard::Nothing(error),
        },
        _ => {
            let beginning = &line[..line.len().min(40)];
            Heard::Garbage(beginning.escape_ascii().to_string())
        }
    }
}
