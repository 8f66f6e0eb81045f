//! A chapter, taken apart.

use std::ops::Range;
use std::path::PathBuf;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::directive::{self, Directive, Piece};
use super::prediction::Prediction;
use crate::code::Refusal;
use crate::code::lines::Lines;

/// A chapter as its author wrote it, and what it asks for.
pub struct Chapter<'a> {
    /// Its file, from the root of the project.
    pub file: PathBuf,
    /// Its text.
    pub text: &'a str,
    /// What it asks for, from top to bottom.
    pub asks: Vec<Ask>,
    /// Where its directives stand, those in predictions too.
    pub(crate) directives_at: Vec<Range<usize>>,
    pub(crate) lines: Lines,
}

/// A place in a chapter that asks for something.
#[derive(Debug)]
pub struct Ask {
    /// Where it stands.
    pub range: Range<usize>,
    /// For what; or why that can't be told.
    pub what: Result<What, Refusal>,
}

/// What a place in a chapter asks for.
#[derive(Debug)]
pub enum What {
    /// What a directive says.
    Directive(Directive),
    /// A prediction, from the reader.
    Prediction(Prediction),
}

impl<'a> Chapter<'a> {
    /// Takes the chapter in `file` apart, a path from the root of the project.
    pub fn read(file: PathBuf, text: &'a str) -> Self {
        let mut asks: Vec<Ask> = Vec::new();
        let mut directives_at = Vec::new();
        let mut blocks = code(text).into_iter().peekable();
        for (range, directive) in directive::find(text) {
            directives_at.push(range.clone());
            while let Some(block) = blocks.next_if(|block| block.range.end <= range.start)
            {
                asks.extend(block.prediction());
            }
            let what =
                match blocks.peek().filter(|block| block.range.start <= range.start) {
                    // It belongs to the block.
                    Some(Code { predict: Some(_), .. }) => continue,
                    Some(_) => shown_as_it_is(directive),
                    None => directive,
                };
            asks.push(Ask { range, what: what.map(What::Directive) });
        }
        asks.extend(blocks.filter_map(|block| block.prediction()));
        let predictions = asks.iter_mut().filter_map(|ask| match &mut ask.what {
            Ok(What::Prediction(prediction)) => Some(prediction),
            _ => None,
        });
        for (place, prediction) in (1..).zip(predictions) {
            prediction.place = place;
        }
        Self { file, text, asks, directives_at, lines: Lines::of(text) }
    }

    /// The directives that could be read, those in predictions too, with where they stand.
    pub fn directives(&self) -> impl Iterator<Item = (&Range<usize>, &Directive)> {
        self.asks.iter().flat_map(|ask| {
            let (one, many) = match &ask.what {
                Ok(What::Directive(directive)) => (Some(directive), &[][..]),
                Ok(What::Prediction(prediction)) => (None, &prediction.then[..]),
                Err(_) => (None, &[][..]),
            };
            let many = many.iter().filter_map(|piece| match piece {
                Piece::Directive(directive) => Some(directive),
                Piece::Text(_) => None,
            });
            one.into_iter().chain(many).map(|directive| (&ask.range, directive))
        })
    }
}

/// What stands in code is shown as it is. mdBook includes files there, and that is what code blocks are
/// for; whatever else a directive becomes would be shown as HTML.
fn shown_as_it_is(directive: Result<Directive, Refusal>) -> Result<Directive, Refusal> {
    match directive {
        Ok(directive) if !directive.is_of_mdbook() => Err((
            "this directive stands in code, where its HTML would be shown as it is"
                .into(),
            "take it out of the code, or write \\{{#… for one that is not meant".into(),
        )),
        other => other,
    }
}

/// A block or a span of code.
struct Code {
    range: Range<usize>,
    /// What stands in a block called `predict`.
    predict: Option<String>,
}

impl Code {
    fn prediction(&self) -> Option<Ask> {
        let prediction = Prediction::parse(self.predict.as_ref()?);
        Some(Ask { range: self.range.clone(), what: prediction.map(What::Prediction) })
    }
}

/// The code in a text, from top to bottom.
fn code(text: &str) -> Vec<Code> {
    let (mut found, mut inside) = (Vec::<Code>::new(), false);
    for (event, range) in parser(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                inside = true;
                let predict = match kind {
                    CodeBlockKind::Fenced(info) if &*info == "predict" => {
                        Some(String::new())
                    }
                    _ => None,
                };
                found.push(Code { range, predict });
            }
            Event::Text(toml) if inside => {
                if let Some(Code { predict: Some(predict), .. }) = found.last_mut() {
                    predict.push_str(&toml);
                }
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Code(_) => found.push(Code { range, predict: None }),
            _ => {}
        }
    }
    found
}

/// A text as mdBook reads it.
pub(crate) fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    Parser::new_ext(text, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str) -> Vec<(usize, Result<&'static str, String>)> {
        let chapter = Chapter::read("a.md".into(), text);
        let ask = |ask: &Ask| {
            let what = match &ask.what {
                Ok(What::Directive(directive)) if directive.is_of_mdbook() => {
                    Ok("mdBook")
                }
                Ok(What::Directive(_)) => Ok("directive"),
                Ok(What::Prediction(_)) => Ok("prediction"),
                Err((problem, _)) => Err(problem.clone()),
            };
            (chapter.lines.at(ask.range.start), what)
        };
        chapter.asks.iter().map(ask).collect()
    }

    #[test]
    fn a_prediction_keeps_its_directives() {
        let predict = "```predict\nquestion = \"?\"\nmeasure = \"a/b\"\n\
                       options = [{ text = \"1\", below = 1 }, { text = \"2\" }]\n\
                       then = \"{{#measured a/b}}\"\n```\n";
        let text =
            format!("{{{{#measured a/b}}}}\n\n{predict}\n{{{{#machines}}}}\n\n{predict}");
        let (directive, prediction) = (Ok("directive"), Ok("prediction"));
        let expected = [
            (1, directive.clone()),
            (3, prediction.clone()),
            (10, directive),
            (12, prediction),
        ];
        assert_eq!(asks(&text), expected);
    }

    #[test]
    fn in_code_only_files_are_included() {
        assert_eq!(asks("```rust\n{{#include a.rs}}\n```"), [(2, Ok("mdBook"))]);
        for code in
            ["`{{#measured a/b}}`", "```text\n{{#measured a/b}}\n```", "    {{#claim a}}"]
        {
            let found = asks(code);
            assert!(
                found[0].1.as_ref().is_err_and(|said| said.contains("in code")),
                "{code}"
            );
        }
        assert_eq!(asks("`\\{{#measured a/b}}`"), []);
        assert_eq!(asks("`a` {{#measured a/b}} `b`"), [(1, Ok("directive"))]);
    }
}
