//! The one way in which anything is written into a page.
//!
//! A page has two kinds of text. Markup is written in this program, as a literal. Data comes from
//! files that people exchange: the name of a processor, the id of a measurement, the words of a
//! claim. Data is shown as it is and means nothing: not to the browser, not to Markdown, through which
//! a page goes, and not to mdBook, which would follow an `{{#include}}`.

use std::fmt::Write;

/// A part of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Html(String);

/// What can stand in the gap of a template: data, or HTML that was made before.
pub(crate) trait Part {
    fn put(&self, html: &mut Html);
}

impl Html {
    /// The template with a part in place of each `{}`.
    ///
    /// # Panics
    ///
    /// In a debug build, when there are more gaps or fewer.
    pub(crate) fn of(template: &'static str, parts: &[&dyn Part]) -> Self {
        let mut html = Self::default();
        html.add(template, parts);
        html
    }

    /// Adds the template with a part in place of each `{}`.
    ///
    /// # Panics
    ///
    /// In a debug build, when there are more gaps or fewer.
    pub(crate) fn add(&mut self, template: &'static str, parts: &[&dyn Part]) {
        let mut pieces = template.split("{}");
        self.0.push_str(pieces.next().unwrap_or_default());
        debug_assert_eq!(template.matches("{}").count(), parts.len(), "{template}");
        for (part, piece) in parts.iter().zip(pieces) {
            part.put(self);
            self.0.push_str(piece);
        }
    }

    /// What this program has drawn: its texts were data, and are escaped already but for braces.
    pub(super) fn drawn(svg: &str) -> Self {
        Self(svg.replace('{', "&#123;"))
    }

    /// JSON that a script of the page reads.
    pub(crate) fn json(json: &str) -> Self {
        // All of these stand in strings only, or between values.
        let json = json.replace('<', "\\u003c").replace("{{", "{\\u007b");
        Self(json.replace(['\n', '\r'], " "))
    }

    /// Bytes that a script of the page reads, in base 64 (RFC 4648).
    pub(crate) fn base64(bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digits = bytes.chunks(3).flat_map(|three| {
            let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            let digit = move |i: usize| match i <= three.len() {
                true => char::from(DIGITS[(bits >> (18 - 6 * i) & 63) as usize]),
                false => '=',
            };
            (0..4).map(digit)
        });
        Self(digits.collect())
    }

    /// Lines of text, for a `<pre>`.
    pub(crate) fn lines(text: &str) -> Self {
        let mut html = Self::default();
        text.chars().for_each(|c| html.escape(c));
        html
    }

    /// As Markdown takes it.
    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// One character of data. What Markdown, HTML or mdBook could take for markup becomes a
    /// reference, in which none of them sees any.
    fn escape(&mut self, c: char) {
        match c {
            '\n' | '&' | '<' | '>' | '"' | '\'' | '|' | '{' | '}' | '[' | ']' | '('
            | ')' | '`' | '*' | '_' | '~' | '\\' | '#' | '$' | '^' | '!' => {
                let _ = write!(self.0, "&#{};", u32::from(c));
            }
            c => self.0.push(c),
        }
    }
}

impl Part for Html {
    fn put(&self, html: &mut Html) {
        html.0.push_str(&self.0);
    }
}

/// Data, in one line: Markdown ends a block of HTML at a blank one.
impl Part for str {
    fn put(&self, html: &mut Html) {
        let mut after_blank = false;
        for c in self.chars() {
            if !c.is_whitespace() {
                html.escape(c);
            } else if !after_blank {
                html.0.push(' ');
            }
            after_blank = c.is_whitespace();
        }
    }
}

impl Part for &str {
    fn put(&self, html: &mut Html) {
        (**self).put(html);
    }
}

impl Part for String {
    fn put(&self, html: &mut Html) {
        self.as_str().put(html);
    }
}

impl Part for usize {
    fn put(&self, html: &mut Html) {
        self.to_string().put(html);
    }
}

impl Part for u32 {
    fn put(&self, html: &mut Html) {
        self.to_string().put(html);
    }
}

impl<P: Part> Part for Option<P> {
    fn put(&self, html: &mut Html) {
        if let Some(part) = self {
            part.put(html);
        }
    }
}

/// A path from page to page, for a link: it leads to a file and never runs a script.
pub(crate) struct Path<'a>(pub(crate) &'a str);

impl Part for Path<'_> {
    fn put(&self, html: &mut Html) {
        html.0.push_str("./");
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => {
                    html.escape(byte.into());
                }
                byte => {
                    let _ = write!(html.0, "%{byte:02X}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_shown_and_means_nothing() {
        let data = "<b> | *a*\n\n`{{#include x}}` [l](javascript:f) &amp;";
        let html =
            Html::of("<span title=\"{}\">{}</span>", &[&data, &data]).into_string();
        for markup in ["<b", "|", "*", "\n", "`", "{", "[", "&amp;"] {
            assert!(!html.contains(markup), "{markup} in {html}");
        }
        let parser = mdbook_markdown::pulldown_cmark::Parser::new(&html);
        let mut text = String::new();
        for event in parser {
            if let mdbook_markdown::pulldown_cmark::Event::Text(part) = event {
                text.push_str(&part);
            }
        }
        assert_eq!(text, "<b> | *a* `{{#include x}}` [l](javascript:f) &amp;");
    }

    #[test]
    fn html_stays_html() {
        let bold = Html::of("<b>{}</b>", &[&"1 < 2"]);
        assert_eq!(
            Html::of("<p>{}</p>", &[&bold]).into_string(),
            "<p><b>1 &#60; 2</b></p>"
        );
    }

    #[test]
    fn a_link_leads_to_a_file() {
        let link = |path| Html::of("{}", &[&Path(path)]).into_string();
        assert_eq!(link("part/a-b.md"), "./part/a-b.md");
        assert_eq!(link("javascript:f()"), "./javascript%3Af%28%29");
        assert_eq!(link("a b\"<.md"), "./a%20b%22%3C.md");
    }

    #[test]
    fn json_can_not_end_its_script() {
        let json =
            Html::json("{\"a\": \"</script>{{#include x}}\",\n\n\"b\": 1}").into_string();
        assert!(!json.contains(['<', '\n']) && !json.contains("{{"), "{json}");
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["a"], "</script>{{#include x}}");
    }

    #[test]
    fn lines_stay_lines() {
        let html = Html::lines("a  b\n\n<c>\n").into_string();
        assert_eq!(html, "a  b&#10;&#10;&#60;c&#62;&#10;");
    }
}
