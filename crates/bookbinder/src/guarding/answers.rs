//! Questions whose answers stand above them.

use crate::finding::Finding;

use crate::asking::Chapter;
use crate::asking::chapter::{Ask, What};
use crate::asking::directive::Piece;
use crate::kept::Material;

/// What `book/theme/bookbinder.css` names: whatever belongs to a later question of a page would not be covered.
const MOST: usize = 12;

/// Finds what tells the answer to a question of the chapter before the question is asked.
pub(super) fn answers(material: &Material, chapter: &Chapter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, ask) in chapter.asks.iter().enumerate() {
        let Ok(What::Prediction(question)) = &ask.what else { continue };
        if question.place == MOST + 1 {
            findings.push(Finding::new(
                &chapter.file,
                chapter.lines.at(ask.range.start),
                format!(
                    "this is question {} of the page, and {MOST} are known",
                    MOST + 1
                ),
                "add one to book/theme/bookbinder.css and to this gate, or ask less",
            ));
        }
        let tells = |ask: &&Ask| match &ask.what {
            Ok(What::Directive(directive)) => {
                material.tells(directive, &question.quantity)
            }
            Ok(What::Title(title)) => {
                let mut says = title.says.iter().filter_map(Piece::directive);
                title.measure.is_about_the_same_as(&question.quantity)
                    || says.any(|says| material.tells(says, &question.quantity))
            }
            _ => false,
        };
        for told in chapter.asks[..at].iter().filter(tells) {
            findings.push(Finding::new(
                &chapter.file,
                chapter.lines.at(told.range.start),
                format!(
                    "this tells the answer to the question in line {}, which comes later",
                    chapter.lines.at(ask.range.start)
                ),
                "put it below the question, or ask something else",
            ));
        }
    }
    findings
}
