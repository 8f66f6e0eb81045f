//! What is said to whoever called: without a panic where nobody listens any more.

use std::cmp::Reverse;
use std::io::{self, ErrorKind, Write};

/// How many names are listed where a name is not there.
const NEAREST: usize = 10;

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

/// The names that begin most like `wanted`, and how many more there are.
pub fn nearest<N: AsRef<str>>(
    wanted: &str,
    names: impl IntoIterator<Item = N>,
) -> String {
    let mut names: Vec<_> = names.into_iter().collect();
    let alike = |name: &N| {
        let pairs = wanted.chars().zip(name.as_ref().chars());
        pairs.take_while(|(a, b)| a == b).count()
    };
    names.sort_by_cached_key(|name| Reverse(alike(name)));
    let more = match names.len().saturating_sub(NEAREST) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    names.truncate(NEAREST);
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") + &more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_names_those_most_alike_are_listed() {
        let names: Vec<_> = (0..30).map(|n| format!("name {n}")).collect();
        let said = nearest("name 2x", &names);
        assert!(said.starts_with("name 2, name 20, name 21"), "{said}");
        assert!(said.ends_with("name 28, and 20 more"), "{said}");
        assert_eq!(nearest("a", ["b", "a"]), "a, b");
        assert_eq!(nearest("a", [""; 0]), "none");
    }

    #[test]
    fn a_terminal_is_told_nothing() {
        assert_eq!(harmless("µs\n\u{1b}[31m\u{202e}"), "µs\n\\u{1b}[31m\\u{202e}");
    }
}
