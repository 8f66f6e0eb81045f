//! `predict` blocks: the reader answers a question, and then sees what was measured.

use crate::finding::Refusal;
use serde::Deserialize;

use super::directive::{Form, NO_FENCE, Piece, pieces};
use super::quantity::Quantity;

/// A question to the reader.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Which one of its page it is, from 1 on.
    pub place: usize,
    /// What is asked.
    pub question: String,
    /// What the answer is about.
    pub quantity: Quantity,
    /// From the smallest answer to the largest.
    pub options: Vec<Choice>,
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

/// What a reader may answer.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer.
    pub text: String,
    /// Right up to this value; the last one is right for all above.
    #[serde(default = "unbounded")]
    pub below: f64,
    /// Why somebody would think so, and what is wrong with it, or right.
    #[serde(default)]
    pub because: String,
}

fn unbounded() -> f64 {
    f64::INFINITY
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
        let rising = options.windows(2).all(|pair| pair[0].below < pair[1].below);
        let open = options.last().is_some_and(|last| last.below == f64::INFINITY);
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
