//! Weaves what the book has to say into a chapter, where the chapter asks for it.

use std::fs;
use std::path::Path;

use crate::asking::chapter::{Ask, What};
use crate::asking::{Chapter, Directive};
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

/// Replaces the predict blocks and the directives of a chapter; directives of mdBook itself stay, and so
/// does what has no answer.
pub fn weave(material: &Material, chapter: &Chapter) -> Woven {
    let Chapter { file, text, asks, lines, .. } = chapter;
    let (mut woven, mut end) = (Woven::default(), 0);
    for Ask { range, what } in asks {
        if range.start < end || holds_up(material, file, what) {
            let (problem, remedy) = if range.start < end {
                ("this stands in what another directive spans", "close that one before")
            } else {
                ("what this includes is no plain file", "include one that is")
            };
            woven.findings.push(Finding::new(
                file,
                lines.at(range.start),
                problem,
                remedy,
            ));
            woven.text.push_str(text.get(end..range.start).unwrap_or_default());
            end = end.max(range.end);
            continue;
        }
        let answer = what.as_ref().map_err(Refusal::clone);
        match answer.and_then(|what| markdown(material, what)) {
            Ok(None) => {}
            Ok(Some(markdown)) => {
                woven.text.push_str(&text[end..range.start]);
                woven.text.push_str(&markdown);
                end = range.end;
            }
            Err((problem, remedy)) => {
                let line = lines.at(range.start);
                woven.findings.push(Finding::new(file, line, problem, remedy));
            }
        }
    }
    woven.text.push_str(&text[end..]);
    woven
}

/// Whether mdBook, which includes files later, would wait for ever for what this one has to say.
fn holds_up(material: &Material, chapter: &Path, what: &Result<What, Refusal>) -> bool {
    let Ok(What::Directive(Directive::Include(what))) = what else { return false };
    let path = what.split(':').next().unwrap_or_default();
    let file = material.root.join(chapter.with_file_name(path));
    fs::metadata(file).is_ok_and(|there| !there.is_file())
}

/// What takes a place in a chapter; nothing where mdBook puts something, later.
fn markdown(material: &Material, what: &What) -> Result<Option<String>, Refusal> {
    let answer = material.answer(what)?;
    Ok(answer.map(|answer| match draw(&answer) {
        Drawn::Inline(html) => html.into_string(),
        Drawn::Block(html) => format!("\n\n{}\n\n", html.into_string()),
    }))
}
