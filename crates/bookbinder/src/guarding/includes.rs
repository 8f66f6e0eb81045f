//! Code that is included, and anchors that nobody includes.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use regex::Regex;

use super::normal;
use crate::asking::{Chapter, Directive};
use crate::code::Finding;
use crate::kept::Material;

/// Files, and the anchors in them.
type Anchors = HashSet<(PathBuf, String)>;

/// Finds includes that lead nowhere, and anchors that nobody includes.
pub(super) fn includes(material: &Material, chapters: &[Chapter]) -> Vec<Finding> {
    let (mut findings, mut included) = (Vec::new(), Anchors::new());
    for chapter in chapters {
        missing(material, chapter, &mut included, &mut findings);
    }
    unused(material, &included, &mut findings);
    findings
}

/// The name of the anchor that `line` begins or, with `END`, ends; as mdBook reads it.
fn anchor_in(line: &str, end: bool) -> Option<&str> {
    static ANCHOR: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"ANCHOR(_END)?:\s*([\w-]+)").expect("the pattern is right")
    });
    let found = ANCHOR.captures(line).filter(|found| found.get(1).is_some() == end)?;
    found.get(2).map(|name| name.as_str())
}

/// mdBook alone makes an empty block of a missing file or anchor, and says nothing.
fn missing(
    material: &Material,
    chapter: &Chapter,
    included: &mut Anchors,
    findings: &mut Vec<Finding>,
) {
    for (range, directive) in chapter.directives() {
        let Directive::Include(what) = directive else { continue };
        let line = chapter.lines.at(range.start);
        let mut complain = |problem: String, remedy: &str| {
            findings.push(Finding::new(&chapter.file, line, problem, remedy));
        };
        let (path, anchor) = what.split_once(':').unwrap_or((what, ""));
        let file = normal(&chapter.file.with_file_name("").join(path));
        let Ok(text) = material.code.files().text(&material.root.join(&file)) else {
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
fn unused(material: &Material, included: &Anchors, findings: &mut Vec<Finding>) {
    let files = material.code.files();
    let mut folders =
        ["crates", "benches"].map(|folder| material.root.join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for name in files.names(&folder).iter() {
            let path = folder.join(name);
            if path.extension().is_some_and(|kind| kind == "rs" || kind == "py") {
                let text = files.text(&path).unwrap_or_default();
                let file = path.strip_prefix(&material.root).unwrap_or(&path);
                unused_in(file.into(), &text, included, findings);
            } else if name != "target" && path.is_dir() && !path.is_symlink() {
                folders.push(path);
            }
        }
    }
}

fn unused_in(file: PathBuf, text: &str, included: &Anchors, findings: &mut Vec<Finding>) {
    // Only a comment of its own sets an anchor; this file, for one, talks about them.
    let comments = (1..).zip(text.lines().map(str::trim_start));
    let comments =
        comments.filter(|(_, line)| line.starts_with("//") || line.starts_with('#'));
    let (mut begun, mut ended) = (Vec::new(), HashSet::new());
    for (line, comment) in comments {
        begun.extend(anchor_in(comment, false).map(|name| (line, name)));
        if let Some(name) = anchor_in(comment, true) {
            let before = |&&(_, begun): &&(usize, &str)| begun == name;
            ended.extend(begun.iter().filter(before).copied());
        }
    }
    for (line, name) in begun {
        let (problem, remedy) = if !included.contains(&(file.clone(), name.into())) {
            (
                format!("no chapter includes the anchor `{name}`"),
                "include it, or take it away",
            )
        } else if !ended.contains(&(line, name)) {
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
