//! What is said to whoever called: without a panic where nobody listens any more.

use std::io::{self, ErrorKind, Write};

/// Says what was asked for, on stdout. A reader who has gone has read enough (`… | head`).
///
/// # Errors
///
/// One line, when it can't be written, because a disk is full, say.
pub fn answer(text: &str) -> Result<(), String> {
    let mut stdout = io::stdout();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("couldn't write to stdout: {error}"))
        }
        _ => Ok(()),
    }
}

/// Says something by the way, on stderr. Where that can't be written to, nobody is there to be told.
pub fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
