//! Weaves what the book has to say into a chapter, where the chapter asks for it.

use crate::asking::chapter::{Ask, What};
use crate::asking::{Chapter, directive};
use crate::code::{Finding, Refusal};
use crate::drawing::{Drawn, draw};
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
        match answer.and_then(|what| markdown(material, what)) {
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

/// What takes a place in a chapter.
fn markdown(material: &Material, what: &What) -> Result<String, Refusal> {
    Ok(match draw(&material.answer(what)?) {
        Drawn::Inline(html) => html.into_string(),
        Drawn::Block(html) => format!("\n\n{}\n\n", html.into_string()),
        Drawn::Code(code) => code,
    })
}
