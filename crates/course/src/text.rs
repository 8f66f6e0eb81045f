//! Makes what an answer printed fit for a report: short, and nothing in it that a terminal or a
//! spreadsheet obeys.

use std::ffi::OsStr;

/// The longest name that is shown whole, in bytes. With an ending, it is still that of a file.
const LONGEST_NAME: usize = 200;

/// A text of at most `longest` bytes. Characters that aren't seen, or that change how others are
/// seen, stand in it as Rust writes them: `\u{1b}`.
pub fn clean(text: &str, longest: usize) -> String {
    let mut clean = String::new();
    for character in text.chars() {
        if clean.len() >= longest {
            clean.push_str("\n…");
            break;
        }
        match character {
            '\n' | '\t' => clean.push(character),
            // The end of a line on another system.
            '\r' => {}
            _ if obeyed(character) => clean.extend(character.escape_unicode()),
            _ => clean.push(character),
        }
    }
    clean
}

/// A name of a file as one short line, [`clean`]. Of two names that differ, so do the lines, if they aren't cut.
pub fn name(name: &OsStr) -> String {
    let name = match name.to_str() {
        Some(name) => name.into(),
        None => name.as_encoded_bytes().escape_ascii().to_string(),
    };
    let name = name.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    clean(&name, LONGEST_NAME).replace('\n', "")
}

/// A text for a cell of a spreadsheet: it isn't taken for a formula.
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        format!("'{text}")
    } else {
        text.into()
    }
}

/// Whether a terminal, or whatever else shows a text, may do something else than to show this
/// character: controls, marks of direction (see UAX #9), separators, and what has no width.
fn obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        let spoilt = "a\u{1b}[31m b\0 c\u{7} d\u{202e} e\u{9b}\r\nähnlich\t✓";
        let clean = clean(spoilt, 1000);
        assert_eq!(clean, "a\\u{1b}[31m b\\u{0} c\\u{7} d\\u{202e} e\\u{9b}\nähnlich\t✓");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(clean(&"ä".repeat(5000), 100), format!("{}\n…", "ä".repeat(50)));
        assert_eq!(clean("short", 5), "short");
    }

    #[cfg(unix)]
    #[test]
    fn a_name_is_one_line_and_no_two_are_the_same() {
        use std::os::unix::ffi::OsStrExt;

        for (bytes, shown) in [
            ("日本 語".as_bytes(), "日本 語"),
            (b"new\nline", "new\\nline"),
            (b"\x1b[31mred", "\\u{1b}[31mred"),
            (b"caf\xe9", "caf\\xe9"),
            (b"caf\xe8", "caf\\xe8"),
        ] {
            assert_eq!(name(OsStr::from_bytes(bytes)), shown);
        }
        assert!(name(OsStr::new(&"L".repeat(255))).len() < 210);
    }

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(cell("a: 1 = 2"), "a: 1 = 2");
    }
}
