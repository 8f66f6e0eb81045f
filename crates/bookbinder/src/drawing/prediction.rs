//! A question to the reader, who answers it and then sees what was measured. Which answer is right comes
//! from the measurement.

use super::html::Html;
use super::number::number;
use super::said;
use crate::asking::prediction::Choice;
use crate::kept::answer::Asked;

/// What the reader may say about an answer, before it is given.
const SURE: [&str; 3] = ["a guess", "rather sure", "certain"];

/// The question, its options, and what was measured; the page shows that last.
pub(super) fn prediction(asked: &Asked) -> Html {
    let place = asked.prediction.place;
    let mut html = Html::of(
        "<form class=\"predict\" id=\"predict-{}\" data-asks=\"{}\">\n\
         <fieldset>\n<legend>Predict first</legend>\n<p>{}</p>\n\
         <p class=\"sure\" role=\"radiogroup\" aria-label=\"How sure are you?\">How sure are you?",
        &[&place, &asked.prediction.quantity.to_string(), &asked.prediction.question],
    );
    for sure in SURE {
        html.add(
            " <label><input type=\"radio\" name=\"sure-{}\" value=\"{}\"> {}</label>",
            &[&place, &sure, &sure],
        );
    }
    html.add("</p>\n", &[]);
    for (Choice { text, because, .. }, &(right, right_on_yours)) in
        asked.prediction.options.iter().zip(&asked.right)
    {
        let class = right.then(|| Html::of(" class=\"correct\"", &[]));
        let note = (right_on_yours && !right).then(|| {
            Html::of(" <span class=\"yours\">right on your machine</span>", &[])
        });
        let because = Some(because).filter(|because| !because.is_empty());
        let because = because
            .map(|because| Html::of("<span class=\"because\">{}</span>", &[because]));
        html.add(
            "<label{}><input type=\"radio\" name=\"predict-{}\" value=\"{}\"> {}<span class=\"mark\"></span>{}{}</label>\n",
            &[&class, &place, text, text, &note, &because],
        );
    }
    let right = asked.right.iter().filter(|(right, _)| *right).count();
    let reaches_further = (right > 1).then(|| {
        Html::of(
            "Its interval reaches into {} answers, so that each of them may be right. ",
            &[&right],
        )
    });
    html.add(
        // No paragraph: what is said afterwards may hold blocks.
        "<label class=\"skip\"><input type=\"radio\" name=\"predict-{}\" value=\"show me\"> show me</label>\n\
         </fieldset>\n<div class=\"answer\" aria-live=\"polite\">Measured: {}. {}{}</div>\n</form>",
        &[&place, &number(&asked.number), &reaches_further, &said(&asked.then)],
    );
    html
}

/// What a script fills with what the reader has answered: a row for each part, which lies in a folder and
/// has a name.
pub(super) fn all(parts: &[(String, String)]) -> Html {
    let mut html = Html::of(
        "<section class=\"predictions\">\n<div class=\"table-wrapper\"><table>\n<thead><tr><th>part</th>\
        <th>answered</th><th>right</th><th>right when certain</th></tr></thead>\n<tbody>\n",
        &[],
    );
    for (folder, name) in parts {
        html.add(
            "<tr data-part=\"{}\"><td>{}</td><td>0</td><td>0</td><td>0</td></tr>\n",
            &[folder, name],
        );
    }
    html.add(
        "</tbody>\n</table></div>\n<p class=\"live\" hidden><button type=\"button\" class=\"export\">Save as a \
         table</button> <button type=\"button\" class=\"forget\">Forget all answers</button></p>\n\
         <noscript><p>Counting them takes a script, which your browser doesn't run.</p></noscript>\n</section>",
        &[],
    );
    html
}
