//! `predict` blocks: the reader answers a question, and then sees what was measured.
//! Which answer is right comes from the measurement.

use std::fmt::Write;

use serde::Deserialize;

use crate::html::escape;
use crate::material::{Material, Refusal};
use crate::measurement::Measured;
use crate::number::quantity_html;
use crate::quantity::Quantity;

/// What stands in the block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prediction {
    question: String,
    /// What the answer is about: an id, or two with ` / ` between them.
    measure: String,
    /// From the smallest answer to the largest.
    options: Vec<Choice>,
    /// What to say afterwards; may hold directives.
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

/// The HTML of prediction number `i` of a page; what it says afterwards may still hold
/// directives.
pub(crate) fn html(material: &Material, i: usize, toml: &str) -> Result<String, Refusal> {
    let refuse = |problem: String| {
        (problem, "CONTRIBUTING.md shows what a predict block looks like".to_string())
    };
    let Prediction { question, measure, options, then } =
        toml::from_str(toml).map_err(|error| {
            refuse(format!("this predict block is not right: {}", error.message()))
        })?;
    let bounds: Vec<f64> =
        options.iter().map(|option| option.below.unwrap_or(f64::INFINITY)).collect();
    let rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if bounds.len() < 2 || !rising || bounds.last() != Some(&f64::INFINITY) {
        return Err(refuse(
            "the options of this predict block should rise, the last one without `below`"
                .into(),
        ));
    }
    let quantity = Quantity::parse(&measure).ok_or_else(|| {
        refuse(format!("`{measure}` is no measure; it is ID or ID / ID"))
    })?;
    let answer = quantity_html(material, quantity)?;
    let then = escape(&then);

    // Where the interval reaches into two answers, both are right.
    let is_right = |n: usize, on: &Measured| {
        let from = if n == 0 { f64::NEG_INFINITY } else { bounds[n - 1] };
        quantity
            .value(on)
            .is_some_and(|value| value.high >= from && value.low < bounds[n])
    };
    let mut html = format!(
        "\n\n<form class=\"predict\">\n<fieldset>\n<legend>Predict first</legend>\n<p>{}</p>\n",
        escape(&question)
    );
    for (n, option) in options.iter().enumerate() {
        let right = is_right(n, &material.reference);
        let right_on_yours =
            material.yours.as_ref().is_some_and(|yours| is_right(n, yours));
        let class = if right { " class=\"correct\"" } else { "" };
        let note = if right_on_yours && !right {
            " <span class=\"yours\">right on your machine</span>"
        } else {
            ""
        };
        let _ = writeln!(
            html,
            "<label{class}><input type=\"radio\" name=\"predict-{i}\"> {}{note}</label>",
            escape(&option.text)
        );
    }
    let _ = write!(
        html,
        "</fieldset>\n<p class=\"answer\" aria-live=\"polite\">Measured: {answer}. {then}</p>\n</form>\n\n"
    );
    Ok(html)
}
