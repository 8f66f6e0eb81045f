//! Code that a chapter includes: a file, or what stands between its anchors.

use std::path::{Component, Path};
use std::sync::LazyLock;

use regex::Regex;
use surveyor::say::nearest;

use super::material::Material;
use crate::finding::Refusal;

/// The name of the anchor that `line` begins or, with `END`, ends; as mdBook reads it.
pub(crate) fn anchor_in(line: &str, end: bool) -> Option<&str> {
    static ANCHOR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"ANCHOR(_END)?:\s*([\w-]+)").expect("the pattern is right")
    });
    let found = ANCHOR.captures(line).filter(|found| found.get(1).is_some() == end)?;
    found.get(2).map(|name| name.as_str())
}

impl Material {
    /// What a file says, a path from the root of the project; with an anchor, the lines from where that
    /// begins to where it ends, without those that set anchors.
    pub(crate) fn excerpt(
        &self,
        file: &Path,
        anchor: Option<&str>,
    ) -> Result<String, Refusal> {
        let name = file.display();
        let is_inside =
            file.components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside {
            let remedy = "include what stands in it, where it is compiled and tested";
            return Err((format!("{name} lies outside of the project"), remedy.into()));
        }
        let path = self.root.join(file);
        let text = self.code.files().text(&path).map_err(|problem| {
            if path.exists() {
                let remedy = "include a file of text";
                (format!("{name} can't be included: {problem}"), remedy.to_string())
            } else {
                let remedy = "correct the path, which starts at the chapter's folder";
                (format!("there is no file {name}"), remedy.into())
            }
        })?;
        let lines = match anchor {
            None => text.lines().collect(),
            Some(anchor) => between(&text, anchor).ok_or_else(|| {
                let there = text.lines().filter_map(|line| anchor_in(line, false));
                let remedy = format!(
                    "its anchors are: {}; correct the name, or put `ANCHOR: {anchor}` there",
                    nearest(anchor, there)
                );
                (format!("{name} has no anchor `{anchor}`"), remedy)
            })?,
        };
        if lines.iter().all(|line| line.trim().is_empty()) {
            return Err((
                format!("{name} is to be included, and there is nothing in it"),
                "include something, or take the block away".into(),
            ));
        }
        let fence = |line: &&str| {
            ["```", "~~~"].iter().any(|fence| line.trim_start().starts_with(fence))
        };
        if let Some(line) = lines.iter().copied().find(fence) {
            return Err((
                format!(
                    "{name} has a line that would end the block of code: `{}`",
                    line.trim()
                ),
                "put anchors around what comes before or after it".into(),
            ));
        }
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        Ok(to_read(lines, is_rust).join("\n"))
    }
}

/// Attributes that say nothing to a reader: what they add, the compiler and the documentation want.
const UNREAD: [&str; 6] =
    ["allow", "expect", "inline", "must_use", "non_exhaustive", "track_caller"];
/// Traits of the standard library that the compiler writes. A derived trait of a crate may be what an excerpt is about.
const DERIVED: [&str; 9] =
    ["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// The lines as a page shows them: without the indentation that all of them have, and of Rust without
/// attributes that a reader need not read.
fn to_read(lines: Vec<&str>, is_rust: bool) -> Vec<&str> {
    let is_unread = |line: &&str| {
        let attribute = line.trim().strip_prefix("#[").filter(|rest| rest.ends_with(']'));
        let words =
            attribute.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_'));
        let mut words = words.into_iter().flatten().filter(|word| !word.is_empty());
        is_rust
            && words.next().is_some_and(|name| {
                UNREAD.contains(&name)
                    || name == "derive" && words.all(|word| DERIVED.contains(&word))
            })
    };
    let mut lines = lines;
    // An excerpt of nothing else is about them.
    if !lines.iter().all(is_unread) {
        lines.retain(|line| !is_unread(line));
    }
    let indented = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let by = lines.iter().filter(|line| !line.trim().is_empty()).map(indented).min();
    lines.iter().map(|line| line.get(by.unwrap_or(0)..).unwrap_or_default()).collect()
}

/// The lines of an anchor; nothing where it never begins.
fn between<'a>(text: &'a str, anchor: &str) -> Option<Vec<&'a str>> {
    let mut lines = text.lines();
    lines.find(|line| anchor_in(line, false) == Some(anchor))?;
    let inside = lines.take_while(|line| anchor_in(line, true) != Some(anchor));
    let sets_none =
        |line: &&str| anchor_in(line, false).is_none() && anchor_in(line, true).is_none();
    Some(inside.filter(sets_none).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_to_be_read() {
        let method = vec![
            "    #[must_use = \"so\"]",
            "    #[test]",
            "    fn a() {",
            "",
            "        b",
            "    }",
        ];
        let shown = vec!["#[test]", "fn a() {", "", "    b", "}"];
        assert_eq!(to_read(method.clone(), true), shown);
        assert_eq!(to_read(method, false).len(), 6);
        assert_eq!(to_read(vec!["#[derive(Debug)]"], true), ["#[derive(Debug)]"]);
        let derived =
            vec!["#[derive(Clone, Debug)]", "#[derive(Debug, Serialize)]", "struct A;"];
        assert_eq!(to_read(derived, true), ["#[derive(Debug, Serialize)]", "struct A;"]);
    }

    #[test]
    fn an_excerpt_has_no_anchors() {
        let text = "// ANCHOR: a\n1\n// ANCHOR: b\n2\n// ANCHOR_END: b\n3\n// ANCHOR_END: a\n4\n";
        assert_eq!(between(text, "a"), Some(vec!["1", "2", "3"]));
        assert_eq!(between(text, "b"), Some(vec!["2"]));
        assert_eq!(between(text, "c"), None);
        assert_eq!(between("ANCHOR: a\n1", "a"), Some(vec!["1"]));
    }
}
