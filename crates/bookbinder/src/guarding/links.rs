//! Links that lead nowhere.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use mdbook_markdown::pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use surveyor::code::files::beside;

use crate::asking::chapter::parser;
use crate::asking::{Chapter, Directive};
use crate::finding::Finding;
use crate::kept::Material;

/// Finds the links that lead nowhere.
pub(super) fn links(
    material: &Material,
    source: &Path,
    chapters: &[Chapter],
) -> Vec<Finding> {
    let headings = chapters.iter().map(|chapter| (chapter.file.clone(), places(chapter)));
    let headings = headings.collect();
    let mut findings = Vec::new();
    for chapter in chapters {
        broken(material, source, chapter, &headings, &mut findings);
    }
    findings
}

/// The places in a chapter to which a link can lead: its headings and definitions, and its claims, each in a block of
/// its own.
fn places(chapter: &Chapter) -> BTreeSet<String> {
    let mut places = named(&chapter.bare);
    places.extend(chapter.directives().filter_map(|(_, directive)| match directive {
        Directive::Claim(id) => Some(format!("claim-{id}")),
        _ => None,
    }));
    places
}

/// The ids of the headings of a chapter, and of the words that it defines.
fn named(text: &str) -> BTreeSet<String> {
    let (mut ids, mut heading) = (BTreeSet::new(), None);
    let mut next = HashMap::new();
    for event in parser(text) {
        match event {
            Event::Start(Tag::Heading { id, .. }) => {
                heading = Some((id.map(|id| id.to_string()), String::new()))
            }
            Event::Start(Tag::DefinitionListTitle) => {
                heading = Some((None, String::new()));
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some((_, text)) = &mut heading {
                    text.push_str(&words);
                }
            }
            Event::End(TagEnd::Heading(_) | TagEnd::DefinitionListTitle) => {
                if let Some((id, text)) = heading.take() {
                    let id = id.unwrap_or_else(|| slug(&text));
                    // A second heading of the same name gets a number.
                    let mut free = id.clone();
                    while !ids.insert(free) {
                        let n = next.entry(id.clone()).or_insert(0);
                        *n += 1;
                        free = format!("{id}-{n}");
                    }
                }
            }
            _ => {}
        }
    }
    ids
}

/// The id that mdBook gives a heading.
fn slug(heading: &str) -> String {
    let heading = heading.trim().to_lowercase();
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace());
    kept.map(|c| if c.is_whitespace() { '-' } else { c }).collect()
}

/// Links that begin like this lead out of the book.
const ELSEWHERE: [&str; 3] = ["https://", "http://", "mailto:"];

fn broken(
    material: &Material,
    source: &Path,
    chapter: &Chapter,
    headings: &BTreeMap<PathBuf, BTreeSet<String>>,
    findings: &mut Vec<Finding>,
) {
    for (event, range) in parser(&chapter.bare).into_offset_iter() {
        let (Event::Start(Tag::Link { dest_url, link_type, .. })
        | Event::Start(Tag::Image { dest_url, link_type, .. })) = event
        else {
            continue;
        };
        if ELSEWHERE.iter().any(|scheme| dest_url.starts_with(scheme))
            || link_type == LinkType::Email
        {
            continue;
        }
        let (path, fragment) = dest_url.split_once('#').unwrap_or((&dest_url, ""));
        let target = if path.is_empty() {
            chapter.file.clone()
        } else {
            beside(&chapter.file, path)
        };
        let problem =
            if !target.starts_with(source) || !material.root.join(&target).is_file() {
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
        let line = chapter.lines.at(range.start);
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

    #[test]
    fn headings_become_ids_as_in_mdbook() {
        let ids = named(
            "# Why it's so\n\n## `join` & Über\n\n### Three {#third}\n\n# Why it's so\n\n\
             cache line\n: what cores hand each other\n",
        );
        for id in ["why-its-so", "join--über", "third", "why-its-so-1", "cache-line"] {
            assert!(ids.contains(id), "{id} is not in {ids:?}");
        }
    }
}
