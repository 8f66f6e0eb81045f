//! Directives: `{{#name arguments}}` in a chapter. Each is read once, into a value that says what it asks
//! for.

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::LazyLock;

use crate::finding::Refusal;
use regex::Regex;

use super::dots::Dots;
use super::layout::{Layout, list};
use super::lesson::Lesson;
use super::quantity::Quantity;
use super::run::Run;

/// What a directive asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Directive {
    /// A piece of code.
    Include {
        /// Its file: by its way from the chapter's folder, and once the chapter is read, from the root of
        /// the project.
        file: PathBuf,
        /// Between which anchors it stands; all of the file without one.
        anchor: Option<String>,
    },
    /// A number that was set, or comes from a source.
    Given(String),
    /// A number.
    Number(Quantity),
    /// From which size on one series is below another, and what the sizes count.
    BreakEven {
        /// The series that is above at first.
        split: String,
        /// The other one.
        whole: String,
        /// What the sizes count.
        of: String,
    },
    /// Many numbers.
    Table(Layout),
    /// A plot over sizes.
    Plot(Layout),
    /// A distribution.
    Spread(Layout),
    /// A bar for each number.
    Bars(Layout),
    /// Points over names.
    Dots(Dots),
    /// A command and what it printed.
    Output(Run),
    /// A program to step through.
    Stepper(Run),
    /// Programs that the reader writes, and steps through.
    Play,
    /// What threads did over time.
    Lanes {
        /// The command that wrote it.
        run: Run,
        /// Which of its pictures.
        picture: String,
        /// What the picture shows.
        title: String,
    },
    /// Here begins a part of the text that wears clothes of its own.
    Begin(Span),
    /// And here it ends: the directive with which it began.
    End(&'static str),
    /// How long a chapter takes, and which ones it stands on.
    Lesson(Lesson),
    /// How many minutes some chapters take.
    Minutes(Lesson),
    /// A claim and its verdict, by its id.
    Claim(String),
    /// An exercise of the course, by its part and name.
    Exercise(String),
    /// All exercises.
    Exercises,
    /// All claims.
    Scorecard,
    /// All machines.
    Machines,
    /// How well the reader predicts: the folders of the parts, and their names.
    Predictions(Vec<(String, String)>),
}

/// A part of the text, with a directive before it and one after. What stands between them is Markdown: the
/// gates read it, and so does whoever has no styles.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// A numbered list that is drawn as a flowchart: what it decides.
    Flow(String),
    /// What leads away from the thread of the chapter: its title; folded.
    Fold(String),
    /// What one should see after an exercise; folded.
    Seen,
    /// What a teacher should know of the page; folded.
    Teacher,
}

impl Span {
    /// The name of the directive with which it begins. The one that ends it has `-end` after that.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Flow(_) => "flow",
            Self::Fold(_) => "fold",
            Self::Seen => "seen",
            Self::Teacher => "teacher",
        }
    }
}

/// What takes the place of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A few words.
    Words,
    /// A block of the page.
    Block,
    /// Lines of code.
    Code,
}

impl Directive {
    /// Reads a directive's name and its arguments.
    pub(crate) fn parse(name: &str, arguments: &str) -> Result<Self, Refusal> {
        let layout = || Layout::parse(arguments);
        Ok(match name {
            "scorecard" | "machines" | "exercises" | "seen" | "teacher" | "play"
                if !arguments.is_empty() =>
            {
                return Err((
                    format!("`{name}` takes no arguments, and got `{arguments}`"),
                    format!("write {{{{#{name}}}}}"),
                ));
            }
            "flow-end" => Self::End("flow"),
            "fold-end" => Self::End("fold"),
            "seen" => Self::Begin(Span::Seen),
            "seen-end" => Self::End("seen"),
            "teacher" => Self::Begin(Span::Teacher),
            "teacher-end" => Self::End("teacher"),
            "lesson" => Self::Lesson(Lesson::parse(arguments)),
            "scorecard" => Self::Scorecard,
            "machines" => Self::Machines,
            "play" => Self::Play,
            "exercises" => Self::Exercises,
            name if arguments.is_empty() && KNOWN.contains(&name) => {
                return Err((
                    format!("`{name}` has no argument"),
                    "CONTRIBUTING.md lists what each directive takes".into(),
                ));
            }
            "include" => include(arguments)?,
            "predictions" => Self::Predictions(parts(arguments)?),
            "given" => Self::Given(arguments.into()),
            "measured" => Self::Number(one(arguments)?),
            "ratio" => Self::Number(two(name, arguments)?),
            "break-even" => {
                let (series, of) = arguments.split_once('|').unwrap_or((arguments, ""));
                let Quantity { id, over } = two(name, series)?;
                let whole = over.expect("`two` has two");
                Self::BreakEven { split: id, whole, of: of.trim().into() }
            }
            "table" => Self::Table(layout()?),
            "plot" => Self::Plot(layout()?),
            "spread" => Self::Spread(layout()?),
            "bars" => Self::Bars(layout()?),
            "dots" => Self::Dots(Dots::parse(arguments)?),
            "run" => Self::Output(run(arguments)?),
            // A stepper reads what was recorded, and so wants every byte.
            "stepper" => Self::Stepper(run(&format!("exact {arguments}"))?),
            "lanes" => lanes(arguments)?,
            "flow" => Self::Begin(Span::Flow(arguments.into())),
            "fold" => Self::Begin(Span::Fold(arguments.into())),
            "minutes" => Self::Minutes(Lesson::parse(arguments)),
            "claim" => Self::Claim(arguments.into()),
            "exercise" => Self::Exercise(arguments.into()),
            unknown => {
                return Err((
                    format!("there is no directive `{unknown}`"),
                    "CONTRIBUTING.md lists them; write \\{{#… for one that is not meant"
                        .into(),
                ));
            }
        })
    }

    /// The command whose output it needs.
    pub fn run(&self) -> Option<&Run> {
        match self {
            Self::Output(run) | Self::Stepper(run) | Self::Lanes { run, .. } => Some(run),
            _ => None,
        }
    }

    /// Whether it may tell what was measured: all but what was typed, and what the reader does.
    pub(crate) fn tells(&self) -> bool {
        !matches!(
            self,
            Self::Include { .. }
                | Self::Given(_)
                | Self::Begin(_)
                | Self::End(_)
                | Self::Lesson(_)
                | Self::Minutes(_)
                | Self::Stepper(_)
                | Self::Play
                | Self::Exercise(_)
                | Self::Exercises
                | Self::Scorecard
                | Self::Machines
                | Self::Predictions(_)
        )
    }

    /// Whether measurements become a picture, which wants a title.
    pub(crate) fn is_figure(&self) -> bool {
        matches!(self, Self::Plot(_) | Self::Spread(_) | Self::Bars(_) | Self::Dots(_))
    }

    /// What takes its place.
    pub fn form(&self) -> Form {
        match self {
            Self::Given(_)
            | Self::Number(_)
            | Self::BreakEven { .. }
            | Self::Minutes(_) => Form::Words,
            Self::Include { .. } => Form::Code,
            _ => Form::Block,
        }
    }
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text that stays.
    Text(String),
    /// Text that something takes the place of.
    Directive(Directive),
}

impl Piece {
    /// The directive, if it is one.
    pub(crate) fn directive(&self) -> Option<&Directive> {
        match self {
            Self::Directive(directive) => Some(directive),
            Self::Text(_) => None,
        }
    }
}

/// The directives that take an argument.
const KNOWN: [&str; 19] = [
    "given",
    "measured",
    "ratio",
    "break-even",
    "table",
    "plot",
    "spread",
    "bars",
    "dots",
    "run",
    "stepper",
    "lanes",
    "flow",
    "fold",
    "minutes",
    "claim",
    "exercise",
    "include",
    "predictions",
];

fn one(id: &str) -> Result<Quantity, Refusal> {
    Quantity::parse(id).filter(|quantity| quantity.over.is_none()).ok_or_else(|| {
        (
            format!("`measured` takes one id, and got `{id}`"),
            "write {{#measured group/name}}, or {{#ratio ID / ID}} for two".into(),
        )
    })
}

fn two(name: &str, ids: &str) -> Result<Quantity, Refusal> {
    Quantity::parse(ids).filter(|quantity| quantity.over.is_some()).ok_or_else(|| {
        (
            format!("`{name}` takes two ids with ` / ` between them, and got `{ids}`"),
            format!("write {{{{#{name} group/one / group/other}}}}"),
        )
    })
}

fn run(command: &str) -> Result<Run, Refusal> {
    Run::parse(command).map_err(|problem| (problem, "name both".into()))
}

/// Why code can't be included somewhere.
pub(super) const NO_FENCE: (&str, &str) = (
    "this includes code and stands in no fenced block of its own",
    "put it between ```rust and ```, at the beginning of a line, outside of lists and quotations",
);

fn include(what: &str) -> Result<Directive, Refusal> {
    let (file, anchor) = what.split_once(':').unwrap_or((what, ""));
    if anchor.starts_with(|c: char| c.is_ascii_digit() || c == ':') {
        return Err((
            format!("lines {anchor} of {file} may be others tomorrow"),
            "put `ANCHOR: name` and `ANCHOR_END: name` around them and include `:name`"
                .into(),
        ));
    }
    let anchor = Some(anchor.into()).filter(|anchor: &String| !anchor.is_empty());
    Ok(Directive::Include { file: file.into(), anchor })
}

fn lanes(arguments: &str) -> Result<Directive, Refusal> {
    let parts: Vec<_> = arguments.split('|').map(str::trim).collect();
    let [command, picture, title] = parts[..] else {
        return Err((
            format!(
                "`lanes` takes a command, a picture and a title, and got `{arguments}`"
            ),
            "write {{#lanes gil lanes --json | tick | Two threads}}".into(),
        ));
    };
    let run = run(&format!("distribution {command}"))?;
    Ok(Directive::Lanes { run, picture: picture.into(), title: title.into() })
}

fn parts(arguments: &str) -> Result<Vec<(String, String)>, Refusal> {
    let part = |part: &str| {
        let (folder, name) = part.split_once('=')?;
        Some((folder.trim().to_string(), name.trim().to_string()))
    };
    let parts = list(arguments).map(part).collect::<Option<Vec<_>>>();
    parts.ok_or_else(|| {
        (
            format!(
                "`predictions` takes folders and names of parts, and got `{arguments}`"
            ),
            "write {{#predictions threads = Threads; races = Races}}".into(),
        )
    })
}

/// Every directive in `text`, in order, and where it stands, braces included. It stands in one line. One
/// with a backslash before it is not meant as one.
pub(crate) fn find(
    text: &str,
) -> impl Iterator<Item = (Range<usize>, Result<Directive, Refusal>)> {
    static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| {
        // It begins with what is rare, which is quickly found.
        Regex::new(r"\{\{[^\S\n]*#([\w-]+)([^{}\n]*)\}\}").expect("the pattern is right")
    });
    DIRECTIVE.captures_iter(text).filter_map(|found| {
        let (all, name, arguments) = (found.get(0)?, found.get(1)?, found.get(2)?);
        (!text[..all.start()].ends_with('\\')).then(|| {
            (all.range(), Directive::parse(name.as_str(), arguments.as_str().trim()))
        })
    })
}

/// A text without the backslashes before directives that are not meant.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    static NOT_MEANT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\\(\{\{\s*#)").expect("the pattern is right"));
    NOT_MEANT.replace_all(text, "$1")
}

/// A text and the directives in it, from the beginning to the end.
pub(crate) fn pieces(text: &str) -> Result<Vec<Piece>, Refusal> {
    let (mut pieces, mut end) = (Vec::new(), 0);
    for (range, directive) in find(text) {
        pieces.push(Piece::Text(shown(&text[end..range.start]).into()));
        pieces.push(Piece::Directive(directive?));
        end = range.end;
    }
    pieces.push(Piece::Text(shown(&text[end..]).into()));
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_found_and_read() {
        let text =
            "a {{#measured g/a b}}\n\\{{#not me}} {{ #ratio g/a / g/b}}\n{{#scorecard}}";
        let number = |text| Ok(Directive::Number(Quantity::parse(text).unwrap()));
        let found: Vec<_> = find(text).collect();
        assert_eq!(found[0], (2..21, number("g/a b")));
        assert_eq!(found[1], (35..56, number("g/a / g/b")));
        assert_eq!(found[2].1, Ok(Directive::Scorecard));
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn what_takes_an_argument_says_so() {
        for name in KNOWN {
            let (problem, _) = Directive::parse(name, "").unwrap_err();
            assert_eq!(problem, format!("`{name}` has no argument"));
        }
    }
}
