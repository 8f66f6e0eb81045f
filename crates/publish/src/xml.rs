//! How XML is written.

/// Elements that have nothing in them; HTML wants these without an end.
const EMPTY: [&str; 8] = ["br", "col", "hr", "img", "link", "meta", "source", "wbr"];

/// Adds text.
pub(crate) fn text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write these.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

/// A text, escaped.
pub(crate) fn escaped(words: &str) -> String {
    let mut out = String::new();
    text(&mut out, words);
    out
}

/// Adds the beginning of an element; all of one that has nothing in it.
pub(crate) fn begin(out: &mut String, name: &str, attributes: &[(&str, String)]) {
    out.push('<');
    out.push_str(name);
    for (name, value) in attributes {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        text(out, value);
        out.push('"');
    }
    out.push_str(if EMPTY.contains(&name) { "/>" } else { ">" });
}

/// Adds the end of an element, if such an element has one.
pub(crate) fn end(out: &mut String, name: &str) {
    if !EMPTY.contains(&name) {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}
