//! Links that lead nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Chapter, normal, parser};
use crate::directive::{self, line_at};
use crate::finding::Finding;

/// The ids of the headings of a chapter, and of the claims in it, to which a link can
/// lead.
pub(super) fn headings(text: &str) -> BTreeSet<String> {
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
                    let id = id.unwrap_or_else(|| slug(&text));
                    // A second heading of the same name gets a number.
                    let mut names = std::iter::once(id.clone())
                        .chain((1..).map(|n| format!("{id}-{n}")));
                    let free = names.find(|name| !ids.contains(name));
                    ids.extend(free);
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
    let heading = heading.trim().to_lowercase();
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace());
    kept.map(|c| if c.is_whitespace() { '-' } else { c }).collect()
}

/// Finds the links of a chapter that lead nowhere.
pub(super) fn links(
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

    #[test]
    fn headings_become_ids_as_in_mdbook() {
        let ids = headings(
            "# Why it's so\n\n## `join` & Über\n\n### Three {#third}\n\n# Why it's so\n",
        );
        for id in ["why-its-so", "join--über", "third", "why-its-so-1"] {
            assert!(ids.contains(id), "{id} is not in {ids:?}");
        }
    }
}
