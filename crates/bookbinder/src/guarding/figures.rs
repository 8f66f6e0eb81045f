//! Figures that don't say what they show.

use crate::finding::Finding;

use crate::asking::Chapter;
use crate::asking::chapter::{Ask, What};

/// Finds the figures of a chapter that have no title.
pub fn untitled(chapter: &Chapter) -> Vec<Finding> {
    let is_untitled = |ask: &&Ask| match &ask.what {
        Ok(What::Directive(directive)) => directive.is_figure() && ask.title.is_none(),
        _ => false,
    };
    let untitled = chapter.asks.iter().filter(is_untitled).map(|ask| {
        Finding::new(
            &chapter.file,
            chapter.lines.at(ask.range.start),
            "this figure doesn't say what it shows",
            "put a title above it; CONTRIBUTING.md shows what one looks like",
        )
    });
    untitled.collect()
}
