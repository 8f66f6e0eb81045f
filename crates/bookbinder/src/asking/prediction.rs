//! `predict` blocks: the reader answers a question, and then sees what was measured.

use serde::Deserialize;

use super::directive::{Form, NO_FENCE, Piece, pieces};
use super::quantity::Quantity;
use crate::code::Refusal;

/// A question to the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Which one of its page it is, from 1 on.
    pub place: usize,
    /// What is asked.
    pub question: String,
    /// What the answer is about.
    pub quantity: Quantity,
    /// From the smallest answer to the largest: a text, and up to which value it is right.
    pub options: Vec<(String, f64)>,
    /// What to say afterwards.
    pub then: Vec<Piece>,
}

/// What stands in the block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    question: String,
    /// An id, or two with ` / ` between them.
    measure: String,
    options: Vec<Choice>,
    /// May hold directives.
    #[serde(default)]
    then: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    text: String,
    /// Right up to this value; the last option has none.
    below: Option<f64>,
}

impl Prediction {
    /// Reads a `predict` block.
    pub(crate) fn parse(block: &str) -> Result<Self, Refusal> {
        let refuse = |problem: String| {
            (problem, "CONTRIBUTING.md shows what a predict block looks like".to_string())
        };
        let Block { question, measure, options, then } =
            toml::from_str(block).map_err(|error| {
                refuse(format!("this predict block is not right: {}", error.message()))
            })?;
        let bound = |Choice { text, below }| (text, below.unwrap_or(f64::INFINITY));
        let options: Vec<(String, f64)> = options.into_iter().map(bound).collect();
        let rising = options.windows(2).all(|pair| pair[0].1 < pair[1].1);
        let open = options.last().is_some_and(|(_, bound)| *bound == f64::INFINITY);
        if options.len() < 2 || !rising || !open {
            return Err(refuse(
                "the options of this predict block should rise, the last one without `below`"
                    .into(),
            ));
        }
        let quantity = Quantity::parse(&measure).ok_or_else(|| {
            refuse(format!("`{measure}` is no measure; it is ID or ID / ID"))
        })?;
        let then = pieces(&then)?;
        let is_code = |piece: &Piece| matches!(piece, Piece::Directive(directive) if directive.form() == Form::Code);
        if then.iter().any(is_code) {
            let (problem, remedy) = NO_FENCE;
            return Err((problem.into(), remedy.into()));
        }
        Ok(Self { place: 1, question, quantity, options, then })
    }
}
