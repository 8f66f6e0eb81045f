//! Which pages there are, and in which order.

use std::fs;
use std::path::{Path, PathBuf};

use mdbook_summary::{Summary, SummaryItem, parse_summary};
use serde::Deserialize;

use crate::paint::Colours;

/// A book, as far as its pages don't say themselves.
pub struct Contents {
    /// Its title.
    pub title: String,
    /// What it is, in a sentence.
    pub description: String,
    /// In which language; a tag such as `en`.
    pub language: String,
    /// Its parts, in their order.
    pub parts: Vec<Part>,
    /// Where its pages lie.
    pub(crate) pages: PathBuf,
    /// Its colours on white paper.
    pub(crate) colours: Colours,
}

/// A part of the book.
#[derive(Debug, Default, PartialEq)]
pub struct Part {
    /// Its title; there is none for what stands before the first part.
    pub title: Option<String>,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// Its way from the folder of all pages, with `/` and without `.html`.
    pub path: String,
}

/// What `book.toml` says that counts here.
#[derive(Deserialize)]
struct Config {
    book: About,
}

#[derive(Deserialize)]
struct About {
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default = "english")]
    language: String,
}

fn english() -> String {
    "en".into()
}

impl Contents {
    /// Reads what the sources in the folder `book` say of the book whose pages were built in the folder
    /// `pages`.
    ///
    /// # Errors
    ///
    /// One line.
    pub fn read(book: &Path, pages: &Path) -> Result<Self, String> {
        let text = |path: PathBuf| {
            fs::read_to_string(&path)
                .map_err(|error| format!("couldn't read {}: {error}", path.display()))
        };
        let Config { book: About { title, description, language } } =
            toml::from_str(&text(book.join("book.toml"))?)
                .map_err(|error| format!("book.toml: {}", error.message()))?;
        let summary = parse_summary(&text(book.join("src/SUMMARY.md"))?)
            .map_err(|error| format!("SUMMARY.md: {error:#}"))?;
        let colours = Colours::of(&text(book.join("theme/bookbinder.css"))?);
        let parts = parts(&summary);
        Ok(Self { title, description, language, parts, pages: pages.into(), colours })
    }

    /// What was built of a page.
    ///
    /// # Errors
    ///
    /// One line.
    pub(crate) fn html(&self, page: &Page) -> Result<String, String> {
        let file = self.pages.join(format!("{}.html", page.path));
        fs::read_to_string(&file).map_err(|error| {
            format!(
                "couldn't read {}: {error}; `cargo run` builds the pages",
                file.display()
            )
        })
    }

    /// All pages.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.parts.iter().flat_map(|part| &part.pages)
    }
}

impl Page {
    /// As part of a name or an id.
    pub(crate) fn slug(&self) -> String {
        self.path.replace('/', "-")
    }

    /// The way back to the folder of all pages.
    pub(crate) fn up(&self) -> String {
        "../".repeat(self.path.matches('/').count())
    }
}

fn parts(summary: &Summary) -> Vec<Part> {
    let Summary { prefix_chapters, numbered_chapters, suffix_chapters, .. } = summary;
    let mut parts = vec![Part::default()];
    for item in prefix_chapters.iter().chain(numbered_chapters).chain(suffix_chapters) {
        add(&mut parts, item);
    }
    parts.retain(|part| !part.pages.is_empty());
    parts
}

fn add(parts: &mut Vec<Part>, item: &SummaryItem) {
    match item {
        SummaryItem::PartTitle(title) => {
            parts.push(Part { title: Some(title.clone()), pages: Vec::new() });
        }
        SummaryItem::Link(link) => {
            let path = link.location.as_ref().map(|path| path.with_extension(""));
            if let (Some(path), Some(part)) = (path, parts.last_mut()) {
                let path = path.to_string_lossy().replace('\\', "/");
                part.pages.push(Page { title: link.name.clone(), path });
            }
            link.nested_items.iter().for_each(|nested| add(parts, nested));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_pages() {
        let summary = "# Summary\n\n[First](first.md)\n\n# One\n\n- [A `b`](one/a.md)\n  - [C](one/c.md)\n\n# Two\n\n- [D]()\n";
        let found = parts(&parse_summary(summary).unwrap());
        let page =
            |title: &str, path: &str| Page { title: title.into(), path: path.into() };
        assert_eq!(
            found,
            [
                Part { title: None, pages: vec![page("First", "first")] },
                Part {
                    title: Some("One".into()),
                    pages: vec![page("A b", "one/a"), page("C", "one/c")],
                },
            ]
        );
    }
}
