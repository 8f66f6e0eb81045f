//! `predict` blocks: the reader answers a question, and then sees what was measured.
//! Which answer is right comes from the measurement.

use std::fmt::Write;

use serde::Deserialize;

use crate::html::escape;
use crate::material::Material;
use crate::measurement::{Estimate, Measured};
use crate::weave::{Refusal, find, inline, two};

/// What stands in the block.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prediction {
    question: String,
    /// What the answer is about: one id …
    measured: Option<String>,
    /// … or the ratio of two.
    ratio: Option<String>,
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

/// The HTML of prediction number `i` of a page.
pub(crate) fn html(material: &Material, i: usize, toml: &str) -> Result<String, Refusal> {
    let refuse = |problem: String| {
        (problem, "CONTRIBUTING.md shows what a predict block looks like".to_string())
    };
    let prediction: Prediction = toml::from_str(toml).map_err(|error| {
        refuse(format!("this predict block is not right: {}", error.message()))
    })?;
    let bounds: Vec<f64> = prediction
        .options
        .iter()
        .map(|option| option.below.unwrap_or(f64::INFINITY))
        .collect();
    let rising = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if bounds.len() < 2 || !rising || bounds.last() != Some(&f64::INFINITY) {
        return Err(refuse(
            "the options of this predict block should rise, the last one without `below`"
                .into(),
        ));
    }
    let (value, answer): (Box<dyn Fn(&Measured) -> Option<Estimate>>, String) =
        match (&prediction.measured, &prediction.ratio) {
            (Some(id), None) => {
                find(material, id)?;
                (
                    Box::new(|on| on.get(id).map(Estimate::from)),
                    format!("{{{{#measured {id}}}}}"),
                )
            }
            (None, Some(ids)) => {
                let (a, b) = two(ids, "ratio")?;
                find(material, a)?;
                find(material, b)?;
                let ratio =
                    move |on: &Measured| Some(Estimate::ratio(on.get(a)?, on.get(b)?));
                (Box::new(ratio), format!("{{{{#ratio {ids}}}}}"))
            }
            _ => {
                return Err(refuse(
                    "a predict block asks for `measured` or for `ratio`".into(),
                ));
            }
        };

    let reference = value(&material.reference);
    let yours = material.yours.as_ref().and_then(&value);
    let mut html = format!(
        "\n\n<form class=\"predict\">\n<fieldset>\n<legend>Predict first</legend>\n<p>{}</p>\n",
        escape(&prediction.question)
    );
    for (n, option) in prediction.options.iter().enumerate() {
        // Where the interval reaches into two answers, both are right.
        let range = (if n == 0 { f64::NEG_INFINITY } else { bounds[n - 1] }, bounds[n]);
        let is_right = |value: Option<Estimate>| {
            value.is_some_and(|value| value.high >= range.0 && value.low < range.1)
        };
        let class = if is_right(reference) { " class=\"correct\"" } else { "" };
        let note = match (is_right(reference), is_right(yours)) {
            (false, true) => " <span class=\"yours\">right on your machine</span>",
            _ => "",
        };
        let _ = writeln!(
            html,
            "<label{class}><input type=\"radio\" name=\"predict-{i}\"> {}{note}</label>",
            escape(&option.text)
        );
    }
    let then = inline(material, &escape(&prediction.then))?;
    let answer = inline(material, &answer)?;
    let _ = write!(
        html,
        "</fieldset>\n<p class=\"answer\" aria-live=\"polite\">Measured: {answer}. {then}</p>\n</form>\n\n"
    );
    Ok(html)
}
