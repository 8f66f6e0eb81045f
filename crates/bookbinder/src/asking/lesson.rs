//! What a chapter takes of a reader: its minutes, and the chapters before it.

use super::layout::list;

/// Some chapters, and how long it takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lesson {
    /// How many minutes; known when all chapters are.
    pub minutes: usize,
    /// The chapters that it names.
    pub pages: Vec<Page>,
}

/// A chapter that another one names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its way from the folder of all chapters, without `.md`.
    pub path: String,
    /// Its title; known when all chapters are.
    pub title: String,
    /// The way from the chapter that names it to its file; known when that chapter's place is.
    pub link: String,
}

impl Lesson {
    /// Chapters with `;` between them; there may be none.
    pub(crate) fn parse(pages: &str) -> Self {
        let page = |path: &str| Page { path: path.into(), ..Page::default() };
        Self { minutes: 0, pages: list(pages).map(page).collect() }
    }
}
