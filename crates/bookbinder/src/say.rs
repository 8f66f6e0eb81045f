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
    let _ = writeln!(io::stderr(), "{}", harmless(text));
}

/// The text without what would mean something to a terminal: files that people exchange are quoted in
/// what is said.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for c in text.chars() {
        // Those that turn the direction of writing are no control characters.
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if (c.is_control() && c != '\n') || turns {
            harmless.extend(c.escape_unicode());
        } else {
            harmless.push(c);
        }
    }
    harmless
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(harmless("µs\n\u{1b}[31m\u{202e}"), "µs\n\\u{1b}[31m\\u{202e}");
    }
}
