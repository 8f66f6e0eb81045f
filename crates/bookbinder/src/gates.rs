//! Gates that look at the text of a chapter: code that was pasted, numbers that were
//! typed, links that lead nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use regex::Regex;

use crate::directive::{self, line_at};
use crate::finding::Finding;
use crate::measurement::sorted;

/// A chapter as its author wrote it.
pub struct Chapter<'a> {
    /// Its file, from the root of the project.
    pub file: PathBuf,
    /// Its text.
    pub text: &'a str,
}

/// Reads the chapters of a book whose sources are in `source`, a folder below `root`, and
/// finds what is wrong with them.
pub fn check(root: &Path, source: &Path, chapters: &[Chapter]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut included = BTreeSet::new();
    let headings: BTreeMap<PathBuf, BTreeSet<String>> = chapters
        .iter()
        .map(|chapter| (chapter.file.clone(), headings(chapter.text)))
        .collect();
    for chapter in chapters {
        includes(root, chapter, &mut included, &mut findings);
        code_and_prose(chapter, &mut findings);
        links(root, source, chapter, &headings, &mut findings);
    }
    unused_anchors(root, &included, &mut findings);
    findings
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(
        text,
        Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_HEADING_ATTRIBUTES,
    )
}

/// `a/b/../c` without the detour.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if normal.file_name().is_some() => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

/// The name of the anchor that `line` begins (`ANCHOR: name`).
fn anchor_in(line: &str) -> Option<&str> {
    let (_, name) = line.split_once("ANCHOR: ")?;
    let name = name.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

/// mdBook alone makes an empty block of a missing file or anchor, and says nothing.
fn includes(
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
            && !text.lines().any(|line| anchor_in(line) == Some(anchor))
        {
            let there: Vec<_> = text.lines().filter_map(anchor_in).collect();
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

fn unused_anchors(
    root: &Path,
    included: &BTreeSet<(PathBuf, String)>,
    findings: &mut Vec<Finding>,
) {
    let mut folders = vec![root.join("crates"), root.join("benches")];
    while let Some(folder) = folders.pop() {
        for path in sorted(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "rs" || extension == "py")
            {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let file = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                for (i, line) in text.lines().enumerate() {
                    // Only a comment of its own sets an anchor; this file, for one, talks
                    // about them.
                    let comment = line.trim_start();
                    if let Some(name) = anchor_in(comment)
                        && (comment.starts_with("// ANCHOR")
                            || comment.starts_with("# ANCHOR"))
                        && !included.contains(&(file.clone(), name.to_string()))
                    {
                        findings.push(Finding::new(
                            &file,
                            i + 1,
                            format!("no chapter includes the anchor `{name}`"),
                            "include it, or take it away",
                        ));
                    }
                }
            }
        }
    }
}

fn code_and_prose(chapter: &Chapter, findings: &mut Vec<Finding>) {
    // Directives speak for themselves: blanks in their place leave every offset as it is.
    let mut text = chapter.text.to_string();
    for found in directive::find(chapter.text) {
        let blank = chapter.text[found.range.clone()].chars();
        let blank: String = blank
            .flat_map(|c| {
                std::iter::repeat_n(if c == '\n' { c } else { ' ' }, c.len_utf8())
            })
            .collect();
        text.replace_range(found.range, &blank);
    }
    let mut block: Option<String> = None;
    for (event, range) in parser(&text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([',', ' ']).next().unwrap_or_default().to_string()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                if info.is_empty() {
                    findings.push(Finding::new(
                        &chapter.file,
                        line_at(&text, range.start),
                        "this block doesn't say what it is",
                        "fence it with ```text, ```console, or the name of a language",
                    ));
                }
                block = Some(info);
            }
            Event::End(TagEnd::CodeBlock) => block = None,
            Event::Text(words) => match block.as_deref() {
                Some("rust" | "rs" | "python" | "py") if !words.trim().is_empty() => {
                    findings.push(Finding::new(
                        &chapter.file,
                        line_at(&text, range.start),
                        "this code was pasted, so nothing compiles or tests it",
                        "put it into a crate and {{#include FILE:ANCHOR}} it",
                    ))
                }
                Some(_) => {}
                None => {
                    typed_numbers(&chapter.file, &text, range.start, &words, findings)
                }
            },
            Event::Html(words) | Event::InlineHtml(words) => {
                typed_numbers(&chapter.file, &text, range.start, &words, findings);
            }
            _ => {}
        }
    }
}

fn typed_numbers(
    file: &Path,
    text: &str,
    at: usize,
    words: &str,
    findings: &mut Vec<Finding>,
) {
    static MEASURED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x) (?: ^ | [^\w.,] ) (
                \d [\d.,]* \s? (?: × | % )
              | \d [\d.,]* \s?
                (?: x | [nµμum]?s | [kKMGT]i?B (?: /s )? | sec(?: ond)?s? | (?:milli|micro|nano)seconds? | min(?:ute)?s?
                  | percent | times\ (?:as|faster|slower|more|less|longer|larger|smaller) ) \b
            )",
        )
        .expect("the pattern is right")
    });
    for found in MEASURED.captures_iter(words) {
        let number = found.get(1).expect("the pattern has a group");
        findings.push(Finding::new(
            file,
            line_at(text, at + number.start().min(words.len())),
            format!("`{}` was typed into the text", number.as_str().trim()),
            "cite what was measured with {{#measured ID}} or {{#ratio ID / ID}}; \
             if it was set or comes from a source, write {{#given …}}",
        ));
    }
}

fn headings(text: &str) -> BTreeSet<String> {
    let (mut ids, mut heading) = (BTreeSet::new(), None);
    for event in parser(text) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                heading = Some((id.map(|id| id.to_string()), String::new()))
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some((_, text)) = &mut heading {
                    text.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((id, text)) = heading.take() {
                    ids.insert(id.unwrap_or_else(|| slug(&text)));
                }
            }
            _ => {}
        }
    }
    // A claim's block is a place to link to, as well.
    ids.extend(
        directive::find(text)
            .filter(|found| found.name == "claim")
            .map(|found| format!("claim-{}", found.arguments)),
    );
    ids
}

/// The id that mdBook gives a heading.
fn slug(heading: &str) -> String {
    let kept = heading
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

fn links(
    root: &Path,
    source: &Path,
    chapter: &Chapter,
    headings: &BTreeMap<PathBuf, BTreeSet<String>>,
    findings: &mut Vec<Finding>,
) {
    for (event, range) in parser(chapter.text).into_offset_iter() {
        let (Event::Start(Tag::Link { dest_url, .. })
        | Event::Start(Tag::Image { dest_url, .. })) = event
        else {
            continue;
        };
        if dest_url.contains("://")
            || dest_url.starts_with("mailto:")
            || dest_url.contains("{{#")
        {
            continue;
        }
        let (path, fragment) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
        let target = if path.is_empty() {
            chapter.file.clone()
        } else {
            normal(&chapter.file.with_file_name("").join(path))
        };
        let problem = if !target.starts_with(source) || !root.join(&target).is_file() {
            format!("the link to {dest_url} leads nowhere")
        } else if target.extension().is_some_and(|extension| extension == "md")
            && !headings.contains_key(&target)
        {
            format!(
                "the link leads to {}, which SUMMARY.md doesn't list",
                target.display()
            )
        } else if !fragment.is_empty()
            && !headings.get(&target).is_some_and(|ids| ids.contains(fragment))
        {
            format!("{} has no heading `{fragment}`", target.display())
        } else {
            continue;
        };
        let line = line_at(chapter.text, range.start);
        findings.push(Finding::new(
            &chapter.file,
            line,
            problem,
            "correct the link, or take it away",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers_in(text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        code_and_prose(&Chapter { file: "a.md".into(), text }, &mut findings);
        findings
            .into_iter()
            .map(|finding| format!("{}: {}", finding.line, finding.problem))
            .collect()
    }

    #[test]
    fn measured_numbers_are_told_from_others() {
        let typed = "so 41× faster\n\nor 3.2 ms, about 17 %, 3 times faster, 1,000 µs and 2.5x, 40 seconds, 12 MiB/s";
        assert_eq!(numbers_in(typed).len(), 8, "{:?}", numbers_in(typed));
        assert_eq!(numbers_in(typed)[0], "1: `41×` was typed into the text");
        assert!(numbers_in(typed)[1].starts_with("3: `3.2 ms`"));
        let fine = "ten threads, 1,000 numbers, chapter 3, Rust 1.90, PEP 703, `50 ms`, {{#given 50 ms}}, 2 cores, x86, \
                    60 pages, 2026-11-21, 3.13t\n\n```text\n41×\n```\n";
        assert_eq!(numbers_in(fine), [""; 0]);
    }

    #[test]
    fn headings_become_ids_as_in_mdbook() {
        let ids = headings("# Why it's so\n\n## `join` & co.\n\n### Three {#third}\n");
        assert!(
            ids.contains("why-its-so")
                && ids.contains("join--co")
                && ids.contains("third"),
            "{ids:?}"
        );
    }
}
