//! A question to the reader, who answers it and then sees what was measured. Which answer is right comes
//! from the measurement.

use super::html::Html;
use super::number::number;
use super::{Drawn, draw};
use crate::kept::answer::{Asked, Then};

/// The question, its options, and what was measured; the page shows that last.
pub(super) fn prediction(asked: &Asked) -> Html {
    let mut html = Html::of(
        "<form class=\"predict\">\n<fieldset>\n<legend>Predict first</legend>\n<p>{}</p>\n",
        &[&asked.prediction.question],
    );
    for ((text, _), &(right, right_on_yours)) in
        asked.prediction.options.iter().zip(&asked.right)
    {
        let class = right.then(|| Html::of(" class=\"correct\"", &[]));
        let note = (right_on_yours && !right).then(|| {
            Html::of(" <span class=\"yours\">right on your machine</span>", &[])
        });
        html.add(
            "<label{}><input type=\"radio\" name=\"predict-{}\"> {}{}</label>\n",
            &[&class, &asked.prediction.place, text, &note],
        );
    }
    html.add(
        // No paragraph: what is said afterwards may hold blocks.
        "</fieldset>\n<div class=\"answer\" aria-live=\"polite\">Measured: {}. ",
        &[&number(&asked.number)],
    );
    for piece in &asked.then {
        match piece {
            Then::Text(text) => html.add("{}", &[text]),
            Then::Answer(answer) => match draw(answer) {
                Drawn::Inline(drawn) | Drawn::Block(drawn) => {
                    html.add("{}", &[&drawn]);
                }
                Drawn::Code(code) => html.add("<code>{}</code>", &[&code]),
            },
        }
    }
    html.add("</div>\n</form>", &[]);
    html
}
