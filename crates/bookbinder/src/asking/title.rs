//! `title` blocks: what a figure shows, in a sentence, and when that is so.

use crate::finding::Refusal;
use serde::Deserialize;

use super::directive::{Form, Piece, pieces};
use super::quantity::Quantity;

/// What a figure shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Title {
    /// The sentence: words, and numbers between them.
    pub says: Vec<Piece>,
    /// What makes it true …
    pub measure: Quantity,
    /// … when it is no smaller than this …
    pub at_least: f64,
    /// … and no larger than this.
    pub at_most: f64,
}

/// What stands in the block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    /// May hold directives.
    says: String,
    /// An id, or two with ` / ` between them.
    measure: Quantity,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

impl Title {
    /// Reads a `title` block.
    pub(crate) fn parse(block: &str) -> Result<Self, Refusal> {
        let refuse = |problem: String| {
            let remedy = "CONTRIBUTING.md shows what a title looks like";
            (format!("this title is not right: {problem}"), remedy.to_string())
        };
        let Block { says, measure, at_least, at_most } =
            toml::from_str(block).map_err(|error| refuse(error.message().into()))?;
        if at_least.is_none() && at_most.is_none() {
            return Err(refuse("it has neither `at_least` nor `at_most`".into()));
        }
        let says = pieces(&says)?;
        let is_more = |piece: &Piece| matches!(piece, Piece::Directive(directive) if directive.form() != Form::Words);
        if says.iter().any(is_more) {
            return Err(refuse("a sentence has room for words and numbers only".into()));
        }
        Ok(Self {
            says,
            measure,
            at_least: at_least.unwrap_or(f64::NEG_INFINITY),
            at_most: at_most.unwrap_or(f64::INFINITY),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_has_a_bound() {
        let title = |rest: &str| {
            Title::parse(&format!("says = \"{{{{#measured a/b}}}} more\"\n{rest}"))
        };
        let read = title("measure = \"a/b / a/c\"\nat_least = 2").unwrap();
        assert_eq!((read.says.len(), read.at_least), (3, 2.0));
        for (rest, problem) in [
            ("measure = \"a/b\"", "neither"),
            ("measure = \"a / b / c\"\nat_most = 1", "neither ID"),
            ("at_most = 1", "measure"),
            ("measure = \"a/b\"\nat_most = 1\nmore = 1", "more"),
        ] {
            assert!(title(rest).unwrap_err().0.contains(problem), "{rest}");
        }
        let block = "says = \"{{#claim a}}\"\nmeasure = \"a/b\"\nat_most = 1";
        assert!(Title::parse(block).unwrap_err().0.contains("words and numbers"));
    }
}
