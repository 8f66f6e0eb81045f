//! A chapter, taken apart.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::PathBuf;

use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use surveyor::code::files::beside;

use super::directive::{self, Directive, Form, NO_FENCE, Piece};
use super::prediction::Prediction;
use super::sketch::{FENCES, Sketch};
use super::title::Title;
use crate::finding::Refusal;
use crate::lines::Lines;

/// A chapter as its author wrote it, and what it asks for.
pub struct Chapter<'a> {
    /// Its file, from the root of the project.
    pub file: PathBuf,
    /// Its text.
    pub text: &'a str,
    /// What it asks for, from top to bottom.
    pub asks: Vec<Ask>,
    /// Its first heading.
    pub title: String,
    /// How long it takes, about.
    pub minutes: usize,
    /// Its text with blanks in place of the directives, which speak for themselves. So every offset is
    /// the same, and what surrounds them means what it means on the page.
    pub(crate) bare: String,
    pub(crate) lines: Lines,
    /// Where its headings begin, and which of them says "Measured".
    headings: Vec<(usize, bool)>,
}

/// The heading under which a chapter shows what its questions were about.
const MEASURED: &str = "Measured";

/// A place in a chapter that asks for something.
#[derive(Debug)]
pub struct Ask {
    /// Where it stands.
    pub range: Range<usize>,
    /// For what; or why that can't be told.
    pub what: Result<What, Refusal>,
    /// Of a figure: which of the chapter's places has its title.
    pub title: Option<usize>,
}

impl Ask {
    fn new(range: Range<usize>, what: Result<What, Refusal>) -> Self {
        Self { range, what, title: None }
    }
}

/// What a place in a chapter asks for.
#[derive(Debug)]
pub enum What {
    /// What a directive says.
    Directive(Directive),
    /// A prediction, from the reader.
    Prediction(Prediction),
    /// A drawing.
    Sketch(Sketch),
    /// The title of a figure that follows.
    Title(Title),
}

impl What {
    /// What takes its place.
    pub fn form(&self) -> Form {
        match self {
            Self::Directive(directive) => directive.form(),
            Self::Prediction(_) | Self::Sketch(_) | Self::Title(_) => Form::Block,
        }
    }
}

impl What {
    /// Whether it may tell the answer to a question above it.
    pub(crate) fn tells(&self) -> bool {
        match self {
            Self::Directive(directive) => directive.tells(),
            // A title is covered with its figure.
            Self::Prediction(_) | Self::Title(_) => false,
            Self::Sketch(_) => true,
        }
    }
}

impl<'a> Chapter<'a> {
    /// Takes the chapter in `file` apart, a path from the root of the project.
    pub fn read(file: PathBuf, text: &'a str) -> Self {
        let directives: Vec<_> = directive::find(text).collect();
        let bare = without(text, directives.iter().map(|(range, _)| range));
        let Seen { pieces, blocks, headings, title, words } = Seen::of(text, &bare);
        let mut asks = blocks;
        for (range, directive) in directives {
            let place = place(&pieces, range.start);
            if place == Some(Place::Block) {
                // The prediction has it; a drawing has none.
                continue;
            }
            let what = directive.and_then(|mut directive| {
                if let Some(problem) = misplaced(&directive, place, text, &range) {
                    return Err(problem);
                }
                if let Directive::Include { file: included, .. } = &mut directive {
                    *included = beside(&file, &*included);
                }
                Ok(What::Directive(directive))
            });
            asks.push(Ask::new(range, what));
        }
        asks.sort_by_key(|ask| ask.range.start);
        close_spans(&mut asks, &bare);
        give_titles(&mut asks);
        let predictions = asks.iter_mut().filter_map(|ask| match &mut ask.what {
            Ok(What::Prediction(prediction)) => Some(prediction),
            _ => None,
        });
        for (place, prediction) in (1..).zip(predictions) {
            prediction.place = place;
        }
        let minutes = minutes(words, &asks);
        Self { file, text, asks, title, minutes, bare, lines: Lines::of(text), headings }
    }

    /// The questions of the chapter, and where each stands and how far it reaches: to the end of the next
    /// section that is called "Measured", or of its own where none follows.
    pub(crate) fn questions(&self) -> impl Iterator<Item = (&Prediction, Range<usize>)> {
        let after =
            |at: usize| self.headings.iter().filter(move |(start, _)| *start > at);
        self.asks.iter().filter_map(move |ask| match &ask.what {
            Ok(What::Prediction(prediction)) => {
                let from = ask.range.end;
                let measured = after(from).find(|(_, is_measured)| *is_measured);
                let last = measured.map_or(from, |(start, _)| *start);
                let end = after(last).next().map_or(self.text.len(), |(start, _)| *start);
                Some((prediction, from..end))
            }
            _ => None,
        })
    }

    /// The directives that could be read, those in predictions too, with where they stand.
    pub fn directives(&self) -> impl Iterator<Item = (&Range<usize>, &Directive)> {
        self.asks.iter().flat_map(|ask| {
            let (one, many) = match &ask.what {
                Ok(What::Directive(directive)) => (Some(directive), &[][..]),
                Ok(What::Prediction(prediction)) => (None, &prediction.then[..]),
                Ok(What::Title(title)) => (None, &title.says[..]),
                Ok(What::Sketch(_)) | Err(_) => (None, &[][..]),
            };
            let many = many.iter().filter_map(Piece::directive);
            one.into_iter().chain(many).map(|directive| (&ask.range, directive))
        })
    }
}

/// Refuses a part of the text that doesn't end, ends without having begun, or lies in another one; and a
/// flowchart that is no list.
fn close_spans(asks: &mut [Ask], bare: &str) {
    let refuse = |ask: &mut Ask, problem: String, name: &str| {
        let remedy = match name {
            "flow" => "put {{#flow WHAT IT DECIDES}} before a numbered list of questions, and {{#flow-end}} after it".into(),
            "fold" => "put {{#fold TITLE}} before it, and {{#fold-end}} after it".into(),
            _ => format!("put {{{{#{name}}}}} before it, and {{{{#{name}-end}}}} after it"),
        };
        ask.what = Err((problem, remedy));
    };
    let mut open: Option<(usize, &'static str)> = None;
    for at in 0..asks.len() {
        match &asks[at].what {
            Ok(What::Directive(Directive::Begin(span))) => {
                if let Some((begun, name)) = open.replace((at, span.name())) {
                    refuse(&mut asks[begun], format!("this {name} has no end"), name);
                }
            }
            Ok(What::Directive(Directive::End(name))) => match open {
                Some((begun, begins)) if begins == *name => {
                    open = None;
                    let inside = &bare[asks[begun].range.end..asks[at].range.start];
                    if begins == "flow" && !is_one_list(inside) {
                        let problem = "this flow is no numbered list";
                        refuse(&mut asks[begun], problem.into(), begins);
                    }
                }
                _ => {
                    let name = *name;
                    refuse(
                        &mut asks[at],
                        format!("no {name} has begun that ends here"),
                        name,
                    );
                }
            },
            _ => {}
        }
    }
    if let Some((begun, name)) = open {
        refuse(&mut asks[begun], format!("this {name} has no end"), name);
    }
}

/// Gives each figure the title above it, the first of several figures the first of their titles. Refuses titles
/// below which no figure stands.
fn give_titles(asks: &mut [Ask]) {
    let mut waiting = VecDeque::new();
    for at in 0..asks.len() {
        match &asks[at].what {
            Ok(What::Title(_)) => waiting.push_back(at),
            Ok(What::Directive(directive)) if directive.is_figure() => {
                asks[at].title = waiting.pop_front();
            }
            _ => refuse_titles(asks, &mut waiting),
        }
    }
    refuse_titles(asks, &mut waiting);
}

fn refuse_titles(asks: &mut [Ask], waiting: &mut VecDeque<usize>) {
    for at in waiting.drain(..) {
        asks[at].what = Err((
            "there is no figure that has this title".into(),
            "put it right above a plot, bars, dots or a spread; of several side by side, all titles above the first".into(),
        ));
    }
}

/// Whether a text is a numbered list and nothing else.
fn is_one_list(text: &str) -> bool {
    let (mut depth, mut lists) = (0, 0);
    for event in parser(text) {
        match event {
            Event::Start(Tag::List(Some(_))) if depth == 0 => {
                (depth, lists) = (1, lists + 1);
            }
            _ if depth == 0 => return false,
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    lists == 1
}

/// `text` with blanks in place of what stands at `ranges`.
fn without<'a>(text: &str, ranges: impl Iterator<Item = &'a Range<usize>>) -> String {
    let (mut bare, mut end) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        bare.push_str(&text[end..range.start]);
        // One that doesn't break, in place of the braces, so that Markdown takes it for no indentation.
        bare.push('\u{a0}');
        bare.extend(std::iter::repeat_n(' ', range.len() - "{{".len()));
        end = range.end;
    }
    bare.push_str(&text[end..]);
    bare
}

/// As what a reader sees a piece of a chapter.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// As part of a paragraph that stands in nothing else.
    Paragraph,
    /// As other text: in a heading, a list, a table.
    Text,
    /// As code in a fenced block that stands in nothing else.
    Fence,
    /// As other code.
    Code,
    /// Not as it stands there: it belongs to a question or a drawing.
    Block,
    /// As words for who can't see an image, or not at all.
    Nowhere,
}

/// What a reader sees of a chapter.
#[derive(Default)]
struct Seen {
    /// From top to bottom. What stands in none of them, nobody sees.
    pieces: Vec<(Range<usize>, Place)>,
    /// The questions and the drawings.
    blocks: Vec<Ask>,
    /// Where headings begin, and which of them says "Measured".
    headings: Vec<(usize, bool)>,
    /// The first heading.
    title: String,
    /// How many words there are to read.
    words: usize,
}

impl Seen {
    /// `bare` is `text` without its directives.
    fn of(text: &str, bare: &str) -> Self {
        let mut seen = Self::default();
        // The elements around, from the outermost.
        let mut around: Vec<Place> = Vec::new();
        // A question or a drawing: where it stands, its fence, and what stands in it.
        let mut block: Option<(Range<usize>, String, String)> = None;
        let mut heading: Option<(usize, String)> = None;
        for (event, range) in parser(bare).into_offset_iter() {
            match event {
                Event::Start(tag) => {
                    if let Tag::Heading { .. } = tag {
                        heading = Some((range.start, String::new()));
                    }
                    let place = match &tag {
                        Tag::CodeBlock(CodeBlockKind::Fenced(info))
                            if is_question(info)
                                || is_sketch(info)
                                || &**info == TITLE =>
                        {
                            match almost(info, around.is_empty()) {
                                None => {
                                    block = Some((range, info.to_string(), String::new()))
                                }
                                Some(problem) => {
                                    seen.blocks.push(Ask::new(range, Err(problem)))
                                }
                            }
                            Place::Block
                        }
                        Tag::CodeBlock(CodeBlockKind::Fenced(_)) if around.is_empty() => {
                            Place::Fence
                        }
                        Tag::CodeBlock(_) => Place::Code,
                        Tag::Paragraph if around.is_empty() => Place::Paragraph,
                        Tag::Image { .. } | Tag::HtmlBlock => Place::Nowhere,
                        _ if around.contains(&Place::Nowhere) => Place::Nowhere,
                        _ => Place::Text,
                    };
                    around.push(place);
                }
                Event::End(tag) => {
                    around.pop();
                    if let TagEnd::Heading(_) = tag {
                        let ended = heading.take();
                        if let (true, Some((_, words))) =
                            (seen.headings.is_empty(), &ended)
                        {
                            seen.title.clone_from(words);
                        }
                        let ended =
                            ended.map(|(start, words)| (start, words == MEASURED));
                        seen.headings.extend(ended);
                    }
                    let ended = block.take_if(|_| around.is_empty());
                    if let Some((range, fence, text)) = ended {
                        let what = match fence.as_str() {
                            PREDICT => Prediction::parse(&text).map(What::Prediction),
                            TITLE => Title::parse(&text).map(What::Title),
                            fence => Sketch::parse(fence, &text).map(What::Sketch),
                        };
                        seen.blocks.push(Ask::new(range, what));
                    }
                }
                Event::Text(words) => {
                    if block.is_none() && !around.contains(&Place::Fence) {
                        seen.words += words.split_whitespace().count();
                    }
                    if let Some((_, words)) = &mut heading {
                        words.push_str(&text[range.clone()]);
                    }
                    if let Some((_, _, inside)) = &mut block {
                        inside.push_str(&text[range.clone()]);
                    }
                    seen.pieces.extend(around.last().map(|&place| (range, place)));
                }
                Event::Code(words) => {
                    if let Some((_, heading)) = &mut heading {
                        heading.push_str(&words);
                    }
                    seen.pieces.push((range, Place::Code));
                }
                _ => {}
            }
        }
        seen
    }
}

/// Whether somebody who fences a block like that means a question.
pub(crate) fn is_question(info: &str) -> bool {
    let mut words = info.split(|c: char| !c.is_alphanumeric());
    words.find(|word| !word.is_empty()).is_some_and(|word| {
        // Whatever else it says.
        word.eq_ignore_ascii_case(PREDICT)
    })
}

/// The fence of a question.
const PREDICT: &str = "predict";

/// The fence of a title.
pub(crate) const TITLE: &str = "title";

/// Whether a block that is fenced like that is a drawing.
pub(crate) fn is_sketch(info: &str) -> bool {
    FENCES.contains(&info)
}

/// Why a block that is meant as a question, or as a drawing, is none, if it isn't.
fn almost(info: &str, alone: bool) -> Option<Refusal> {
    if ![PREDICT, TITLE].contains(&info) && !is_sketch(info) {
        return Some((
            format!("```{} begins no question", info.trim()),
            "fence it with ```predict and nothing else".into(),
        ));
    }
    let remedy = "begin it at the beginning of a line, outside of lists and quotations";
    (!alone).then(|| (format!("a {info} block stands by itself"), remedy.into()))
}

/// As what the reader sees byte `at`.
fn place(pieces: &[(Range<usize>, Place)], at: usize) -> Option<Place> {
    let before = pieces.partition_point(|(range, _)| range.start <= at);
    let (range, place) = pieces.get(before.checked_sub(1)?)?;
    range.contains(&at).then_some(*place)
}

/// Why a directive can't stand at that place, if it can't.
fn misplaced(
    directive: &Directive,
    place: Option<Place>,
    text: &str,
    range: &Range<usize>,
) -> Option<Refusal> {
    let (problem, remedy) = match (directive.form(), place) {
        (Form::Code, Some(Place::Fence))
        | (Form::Words, Some(Place::Paragraph | Place::Text)) => return None,
        (Form::Block, Some(Place::Paragraph)) if is_a_line(text, range) => return None,
        (Form::Code, _) => NO_FENCE,
        (_, None | Some(Place::Nowhere)) => (
            "nobody sees what this becomes: it stands in a comment, a link or a name",
            "put it into the text, or write \\{{#… for one that is not meant",
        ),
        (_, Some(Place::Fence | Place::Code | Place::Block)) => (
            "this directive stands in code, where its HTML would be shown as it is",
            "take it out of the code, or write \\{{#… for one that is not meant",
        ),
        (_, Some(Place::Paragraph | Place::Text)) => (
            "this becomes a block, which can't stand within other text",
            "give it a line of its own, from its beginning to its end, outside of lists, tables and notes",
        ),
    };
    Some((problem.into(), remedy.into()))
}

/// Whether nothing else stands in the line, not even blanks before.
fn is_a_line(text: &str, range: &Range<usize>) -> bool {
    let (before, after) = (&text[..range.start], &text[range.end..]);
    let rest = after.lines().next().unwrap_or_default();
    (before.is_empty() || before.ends_with('\n')) && rest.trim().is_empty()
}

/// A text as mdBook reads it, but for its quotation marks, which stay as they are.
pub(crate) fn parser(text: &str) -> Parser<'_> {
    let mut options = MarkdownOptions::default();
    options.smart_punctuation = false;
    new_cmark_parser(text, &options)
}

/// Words that somebody reads in a minute who wants to understand. Of prose for pleasure it would be 200 to 250.
pub(super) const WORDS: usize = 130;

/// About how many minutes a chapter with so many words takes: a minute for each question, listing, output and
/// picture beside reading, in steps of five.
fn minutes(words: usize, asks: &[Ask]) -> usize {
    let takes_time = |ask: &&Ask| match &ask.what {
        Ok(What::Prediction(_) | What::Sketch(_)) => true,
        Ok(What::Directive(directive)) => {
            directive.is_figure()
                || directive.run().is_some()
                || directive.form() == Form::Code
        }
        _ => false,
    };
    let minutes = words / WORDS + asks.iter().filter(takes_time).count();
    minutes.div_ceil(5) * 5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str) -> Vec<(usize, Result<Form, String>)> {
        let chapter = Chapter::read("a.md".into(), text);
        let ask = |ask: &Ask| {
            let what = ask.what.as_ref().map(What::form);
            let what = what.map_err(|(problem, _)| problem.clone());
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
        let expected = [
            (1, Ok(Form::Words)),
            (3, Ok(Form::Block)),
            (10, Ok(Form::Block)),
            (12, Ok(Form::Block)),
        ];
        assert_eq!(asks(&text), expected);
        let chapter = Chapter::read("a.md".into(), &text);
        assert_eq!(chapter.directives().count(), 4);
    }

    #[test]
    fn in_code_only_files_are_included() {
        assert_eq!(asks("```rust\n{{#include a.rs}}\n```"), [(2, Ok(Form::Code))]);
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
        assert_eq!(asks("`a` {{#measured a/b}} `b`"), [(1, Ok(Form::Words))]);
    }

    #[test]
    fn a_flowchart_is_a_list_that_begins_and_ends() {
        let list = "1. **Why?**\n\n   - *No:* **stop** {{#measured a/b}}\n   - *Yes:* go on.\n\n2. Who?";
        let whole = format!("{{{{#flow All}}}}\n\n{list}\n\n{{{{#flow-end}}}}");
        let forms = [(1, Ok(Form::Block)), (5, Ok(Form::Words)), (10, Ok(Form::Block))];
        assert_eq!(asks(&whole), forms);
        for (text, problem) in [
            (format!("{{{{#flow All}}}}\n\n{list}"), "has no end"),
            (format!("{list}\n\n{{{{#flow-end}}}}"), "no flow has begun"),
            (whole.replace(list, "words"), "is no numbered list"),
            (whole.replace(list, "- a\n- b"), "is no numbered list"),
            (whole.replace(list, &format!("{list}\n\nwords")), "is no numbered list"),
            (
                whole.replace(list, &format!("{list}\n\n{{{{#flow All}}}}\n\n{list}")),
                "has no end",
            ),
        ] {
            let found = asks(&text);
            let refused = |(_, what): &(usize, Result<Form, String>)| {
                what.as_ref().is_err_and(|said| said.contains(problem))
            };
            assert!(found.iter().any(refused), "{problem}: {found:?}");
        }
    }

    #[test]
    fn what_is_included_lies_beside_the_chapter() {
        let text = "```rust\n{{#include ../../crates/a.rs:b}}\n```";
        let chapter = Chapter::read("book/src/part/a.md".into(), text);
        let file = "book/crates/a.rs".into();
        let expected = Directive::Include { file, anchor: Some("b".into()) };
        assert_eq!(chapter.directives().next().map(|(_, found)| found), Some(&expected));
    }

    #[test]
    fn a_directive_takes_as_much_room_as_its_blanks() {
        let text = "a {{#given ü}} b\n{{ #machines }}";
        let chapter = Chapter::read("a.md".into(), text);
        assert_eq!(chapter.bare.len(), text.len());
        assert!(
            chapter.bare.starts_with("a \u{a0}") && chapter.bare.contains(" b\n\u{a0}")
        );
    }
}
