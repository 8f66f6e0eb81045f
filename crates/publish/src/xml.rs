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

/// Adds an element with what `inside` adds.
pub(crate) fn element<W>(
    writer: &mut W,
    out: impl Fn(&mut W) -> &mut String,
    name: &str,
    attributes: &[(&str, String)],
    inside: impl FnOnce(&mut W),
) {
    let begin = out(writer);
    begin.push('<');
    begin.push_str(name);
    for (name, value) in attributes {
        begin.push_str(&format!(" {name}=\""));
        text(begin, value);
        begin.push('"');
    }
    if EMPTY.contains(&name) {
        begin.push_str("/>");
        return;
    }
    begin.push('>');
    inside(writer);
    out(writer).push_str(&format!("</{name}>"));
}
