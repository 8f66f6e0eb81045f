//! Directives: `{{#name arguments}}` in a chapter.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// A directive as it stands in a chapter.
#[derive(Clone, Debug, PartialEq)]
pub struct Directive<'a> {
    /// What follows `{{#`.
    pub name: &'a str,
    /// What follows the name, trimmed.
    pub arguments: &'a str,
    /// Where it stands, braces included.
    pub range: Range<usize>,
    /// In which line, from 1 on.
    pub line: usize,
}

/// Every directive in `text`, in order. One with a backslash before it is not meant as
/// one.
pub fn find(text: &str) -> impl Iterator<Item = Directive<'_>> {
    static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\\?\{\{\s*#([\w-]+)([^{}]*)\}\}").expect("the pattern is right")
    });
    DIRECTIVE.captures_iter(text).filter_map(|found| {
        let (all, name, arguments) = (found.get(0)?, found.get(1)?, found.get(2)?);
        (!all.as_str().starts_with('\\')).then(|| Directive {
            name: name.as_str(),
            arguments: arguments.as_str().trim(),
            range: all.range(),
            line: line_at(text, all.start()),
        })
    })
}

/// The line of `text` in which byte `at` stands, from 1 on.
pub fn line_at(text: &str, at: usize) -> usize {
    1 + text[..at].bytes().filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_found_with_their_lines() {
        let text =
            "a {{#measured g/a b}}\n\\{{#not me}} {{#ratio g/a / g/b}}\n{{#scorecard}}";
        let found: Vec<_> =
            find(text).map(|found| (found.name, found.arguments, found.line)).collect();
        assert_eq!(
            found,
            [("measured", "g/a b", 1), ("ratio", "g/a / g/b", 2), ("scorecard", "", 3)]
        );
        assert_eq!(&text[find(text).next().unwrap().range], "{{#measured g/a b}}");
    }
}
