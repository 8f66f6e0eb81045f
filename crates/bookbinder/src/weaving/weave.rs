//! Weaves what the book has to say into a chapter, where the chapter asks for it.

use crate::finding::{Finding, Refusal};

use crate::asking::chapter::{Ask, What};
use crate::asking::{Chapter, Prediction, directive};
use crate::drawing::{Drawn, cover, draw, entitle};
use crate::kept::{Answer, Material};

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
    for ask @ Ask { range, what, .. } in asks {
        let before = chapter.questions().filter(|(question, reach)| {
            reach.contains(&range.start)
                || reach.end <= range.start && is_answer(material, what, question)
        });
        let places = before.map(|(question, _)| question.place);
        match markdown(material, chapter, ask, places) {
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

/// What takes a place in a chapter. A title stands over its figure, and nothing in its own place. What could
/// be an answer is covered until these questions are answered.
fn markdown(
    material: &Material,
    chapter: &Chapter,
    ask: &Ask,
    questions: impl Iterator<Item = usize>,
) -> Result<String, Refusal> {
    let what = ask.what.as_ref().map_err(Refusal::clone)?;
    let answer = material.answer(what)?;
    if let Answer::Title(_) = answer {
        return Ok(String::new());
    }
    let mut drawn = draw(&answer);
    let title = ask.title.and_then(|place| chapter.asks[place].what.as_ref().ok());
    // Why a title has no answer, its own place says.
    if let Some(title) = title.and_then(|title| material.answer(title).ok()) {
        drawn = entitle(&title, drawn);
    }
    if what.tells() {
        drawn = cover(drawn, questions);
    }
    Ok(match drawn {
        Drawn::Inline(html) => html.into_string(),
        Drawn::Block(html) => format!("\n\n{}\n\n", html.into_string()),
        Drawn::Code(code) => code,
    })
}
