//! Anchors that nobody includes.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::finding::Finding;

use crate::asking::{Chapter, Directive};
use crate::kept::{Material, anchor_in};

/// Files, and the anchors in them.
type Anchors = HashSet<(PathBuf, String)>;

/// Finds anchors that no chapter includes, and those that don't end.
pub(super) fn includes(material: &Material, chapters: &[Chapter]) -> Vec<Finding> {
    let directives = chapters.iter().flat_map(Chapter::directives);
    let included = directives.filter_map(|(_, directive)| match directive {
        Directive::Include { file, anchor } => Some((file.clone(), anchor.clone()?)),
        _ => None,
    });
    let included: Anchors = included.collect();
    let mut findings = Vec::new();
    let files = material.code.files();
    let mut folders =
        ["crates", "benches"].map(|folder| material.root.join(folder)).to_vec();
    while let Some(folder) = folders.pop() {
        for name in files.names(&folder).iter() {
            let path = folder.join(name);
            if path.extension().is_some_and(|kind| kind == "rs" || kind == "py") {
                let text = files.text(&path).unwrap_or_default();
                if !text.contains("ANCHOR") {
                    continue;
                }
                let file = path.strip_prefix(&material.root).unwrap_or(&path);
                unused_in(file.into(), &text, &included, &mut findings);
            } else if name != "target" && path.is_dir() && !path.is_symlink() {
                folders.push(path);
            }
        }
    }
    findings
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
