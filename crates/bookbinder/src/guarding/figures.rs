//! Figures that don't say what they show.

use crate::asking::Chapter;
use crate::asking::chapter::What;
use crate::code::Finding;

/// Finds the figures of a chapter that have no title.
pub fn untitled(chapter: &Chapter) -> Vec<Finding> {
    let (mut findings, mut titles) = (Vec::new(), 0_usize);
    for ask in &chapter.asks {
        match &ask.what {
            Ok(What::Title(_)) => titles += 1,
            Ok(What::Directive(directive)) if directive.is_figure() => {
                if titles == 0 {
                    findings.push(Finding::new(
                        &chapter.file,
                        chapter.lines.at(ask.range.start),
                        "this figure doesn't say what it shows",
                        "put a title above it; CONTRIBUTING.md shows what one looks like",
                    ));
                }
                titles = titles.saturating_sub(1);
            }
            _ => {}
        }
    }
    findings
}
