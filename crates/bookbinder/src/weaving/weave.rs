//! Weaves what the book has to say into a chapter, where the chapter asks for it.

use crate::asking::chapter::{Ask, What};
use crate::asking::{Chapter, Prediction, directive};
use crate::code::{Finding, Refusal};
use crate::drawing::{Drawn, cover, draw};
use crate::kept::Material;

/// What was woven, and what the weaving found out.
#[derive(Default)]
pub struct Woven {
    /// The chapter with what it asks for in place.
    pub text: String,
    /// What was wrong with that.
    pub findings: Vec<Finding>,
}

// ANCHOR: weave
/// Replaces the predict blocks and the directives of a chapter; what has no answer stays.
pub fn weave(material: &Material, chapter: &Chapter) -> Woven {
    let Chapter { file, text, asks, lines, .. } = chapter;
    let (mut woven, mut end) = (Woven::default(), 0);
    for Ask { range, what } in asks {
        let answer = what.as_ref().map_err(Refusal::clone);
        let before = chapter.questions().filter(|(question, reach)| {
            reach.contains(&range.start)
                || reach.end <= range.start && is_answer(material, what, question)
        });
        let places = before.map(|(question, _)| question.place);
        match answer.and_then(|what| markdown(material, what, places)) {
            Ok(markdown) => {
                woven.text.push_str(&directive::shown(&text[end..range.start]));
                woven.text.push_str(&markdown);
                end = range.end;
            }
            Err((problem, remedy)) => {
                let line = lines.at(range.start);
                woven.findings.push(Finding::new(file, line, problem, remedy));
            }
        }
    }
    woven.text.push_str(&directive::shown(&text[end..]));
    woven
}
// ANCHOR_END: weave

/// Whether it tells the answer to a question, wherever it stands.
fn is_answer(
    material: &Material,
    what: &Result<What, Refusal>,
    question: &Prediction,
) -> bool {
    match what {
        Ok(What::Directive(directive)) => material.tells(directive, &question.quantity),
        _ => false,
    }
}

/// What takes a place in a chapter; it is covered until these questions are answered, if it could be the
/// answer.
fn markdown(
    material: &Material,
    what: &What,
    questions: impl Iterator<Item = usize>,
) -> Result<String, Refusal> {
    let drawn = draw(&material.answer(what)?);
    let drawn = if what.tells() { cover(drawn, questions) } else { drawn };
    Ok(match drawn {
        Drawn::Inline(html) => html.into_string(),
        Drawn::Block(html) => format!("\n\n{}\n\n", html.into_string()),
        Drawn::Code(code) => code,
    })
}
