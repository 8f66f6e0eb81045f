//! Code that is included, and anchors that nobody includes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::{Chapter, normal};
use crate::directive;
use crate::finding::Finding;
use crate::measurement::sorted;

/// The name of the anchor that `line` begins or, with `END`, ends; as mdBook reads it.
fn anchor_in(line: &str, end: bool) -> Option<&str> {
    static ANCHOR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"ANCHOR(_END)?:\s*([\w-]+)").expect("the pattern is right")
    });
    let found = ANCHOR.captures(line).filter(|found| found.get(1).is_some() == end)?;
    found.get(2).map(|name| name.as_str())
}

/// mdBook alone makes an empty block of a missing file or anchor, and says nothing.
pub(super) fn includes(
    root: &Path,
    chapter: &Chapter,
    included: &mut BTreeSet<(PathBuf, String)>,
    findings: &mut Vec<Finding>,
) {
    let includes = directive::find(chapter.text)
        .filter(|found| matches!(found.name, "include" | "rustdoc_include"));
    for include in includes {
        let mut complain = |problem: String, remedy: &str| {
            findings.push(Finding::new(&chapter.file, include.line, problem, remedy));
        };
        let (path, anchor) =
            include.arguments.split_once(':').unwrap_or((include.arguments, ""));
        let file = normal(&chapter.file.with_file_name("").join(path));
        let Ok(text) = fs::read_to_string(root.join(&file)) else {
            complain(
                format!("there is no file {}", file.display()),
                "correct the path, which starts at the chapter's folder",
            );
            continue;
        };
        if anchor.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
            complain(
                format!("lines {anchor} of {} may be others tomorrow", file.display()),
                "put `ANCHOR: name` and `ANCHOR_END: name` around them and include `:name`",
            );
        } else if !anchor.is_empty()
            && !text.lines().any(|line| anchor_in(line, false) == Some(anchor))
        {
            let there: Vec<_> =
                text.lines().filter_map(|line| anchor_in(line, false)).collect();
            let there = if there.is_empty() { "none".into() } else { there.join(", ") };
            complain(
                format!("{} has no anchor `{anchor}`", file.display()),
                &format!(
                    "its anchors are: {there}; correct the name, or put `ANCHOR: {anchor}` there"
                ),
            );
        } else {
            included.insert((file, anchor.to_string()));
        }
    }
}

/// Finds anchors that no chapter includes, and those that don't end.
pub(super) fn unused_anchors(
    root: &Path,
    included: &BTreeSet<(PathBuf, String)>,
    findings: &mut Vec<Finding>,
) {
    let mut folders = vec![root.join("crates"), root.join("benches")];
    while let Some(folder) = folders.pop() {
        for path in sorted(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs" || kind == "py") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let file = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                // Only a comment of its own sets an anchor; this file, for one, talks
                // about them.
                let comments =
                    text.lines().enumerate().map(|(i, line)| (i + 1, line.trim_start()));
                let comments: Vec<_> = comments
                    .filter(|(_, line)| line.starts_with("//") || line.starts_with('#'))
                    .collect();
                for (line, name) in comments
                    .iter()
                    .filter_map(|(i, line)| Some((*i, anchor_in(line, false)?)))
                {
                    let (problem, remedy) =
                        if !included.contains(&(file.clone(), name.into())) {
                            (
                                format!("no chapter includes the anchor `{name}`"),
                                "include it, or take it away",
                            )
                        } else if !comments.iter().any(|(end, text)| {
                            *end > line && anchor_in(text, true) == Some(name)
                        }) {
                            (
                                format!("the anchor `{name}` has no end"),
                                "put ANCHOR_END after what it is for",
                            )
                        } else {
                            continue;
                        };
                    findings.push(Finding::new(&file, line, problem, remedy));
                }
            }
        }
    }
}
