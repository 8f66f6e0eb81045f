//! Weaves what the book has to say into a chapter, where the chapter asks for it.

use std::collections::VecDeque;

use crate::asking::chapter::{Ask, What};
use crate::asking::{Chapter, Prediction, directive};
use crate::code::{Finding, Refusal};
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
    let mut titles = VecDeque::new();
    for Ask { range, what } in asks {
        let answer = what.as_ref().map_err(Refusal::clone);
        let title = match &answer {
            Ok(What::Directive(directive)) if directive.is_figure() => {
                titles.pop_front().flatten()
            }
            _ => None,
        };
        let before = chapter.questions().filter(|(question, reach)| {
            reach.contains(&range.start)
                || reach.end <= range.start && is_answer(material, what, question)
        });
        let places = before.map(|(question, _)| question.place);
        let markdown = answer.and_then(|what| match material.answer(what)? {
            title @ Answer::Title(_) => {
                titles.push_back(Some(title));
                Ok(String::new())
            }
            answer => Ok(markdown(&answer, title, what.tells(), places)),
        });
        match markdown {
            Ok(markdown) => {
                woven.text.push_str(&directive::shown(&text[end..range.start]));
                woven.text.push_str(&markdown);
                end = range.end;
            }
            Err((problem, remedy)) => {
                if let Ok(What::Title(_)) = what {
                    titles.push_back(None);
                }
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

/// What takes a place in a chapter; it is covered until these questions are answered, if it `tells` what
/// could be the answer.
fn markdown(
    answer: &Answer,
    title: Option<Answer>,
    tells: bool,
    questions: impl Iterator<Item = usize>,
) -> String {
    let mut drawn = draw(answer);
    if let Some(title) = title {
        drawn = entitle(&title, drawn);
    }
    if tells {
        drawn = cover(drawn, questions);
    }
    match drawn {
        Drawn::Inline(html) => html.into_string(),
        Drawn::Block(html) => format!("\n\n{}\n\n", html.into_string()),
        Drawn::Code(code) => code,
    }
}
