//! What the book has to say to what a chapter asks for. How it looks on the page is another matter.

use surveyor::kept::{Estimate, Measured};
use surveyor::say::nearest;

use super::claim::{Claim, Verdict};
use super::dots::Dots;
use super::exercise::{Exercise, INFO};
use super::graph::Graph;
use super::grid::{Curves, List, OnEach, Table};
use super::material::Material;
use super::output::Recorded;
use super::player::Player;
use super::timeline::Timeline;
use super::value::{Number, Values};
use crate::asking::chapter::What;
use crate::asking::directive::Piece;
use crate::asking::directive::Span;
use crate::asking::prediction::Choice;
use crate::asking::{self, Directive, Lesson, Prediction, Quantity, Run, Sketch};
use crate::finding::Refusal;

/// What the book has to say.
#[derive(Debug)]
pub enum Answer<'a> {
    /// Code.
    Code(String),
    /// A number that somebody typed.
    Given(&'a str),
    /// A number that was measured.
    Number(Number<'a>),
    /// A table.
    Table(OnEach<'a, Table<'a>>),
    /// Curves over sizes.
    Plot(OnEach<'a, Curves<'a>>),
    /// Curves that say how many.
    Spread(OnEach<'a, Curves<'a>>),
    /// Bars.
    Bars(OnEach<'a, List<'a>>),
    /// Points over names.
    Dots(OnEach<'a, Dots<'a>>),
    /// A command and what it printed.
    Output {
        /// What the reader types.
        command: String,
        /// What was printed.
        output: String,
    },
    /// A program to step through.
    Stepper(Graph),
    /// Programs that the reader writes.
    Play(Player),
    /// What threads did over time, and a title.
    Lanes(Timeline, &'a str),
    /// Here begins a part of the text.
    Begin(&'a Span),
    /// Here it ends: the name of the directive with which it began.
    End(&'static str),
    /// What a chapter takes of a reader.
    Lesson(&'a Lesson),
    /// So many minutes.
    Minutes(usize),
    /// The title of a figure.
    Title(Title<'a>),
    /// A claim.
    Claim(Judged<'a>),
    /// All claims.
    Scorecard(Vec<Judged<'a>>),
    /// An exercise.
    Exercise(&'a Exercise),
    /// All exercises.
    Exercises(&'a [Exercise]),
    /// All machines.
    Machines(Machines<'a>),
    /// A prediction, and what the measurement says to it.
    Prediction(Asked<'a>),
    /// A drawing.
    Sketch(&'a Sketch),
    /// How well the reader predicts: the folders of the parts, and their names.
    Predictions(&'a [(String, String)]),
}

/// A claim and what was measured.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The claim.
    pub claim: &'a Claim,
    /// On the reference machine.
    pub reference: Judgement,
    /// On the others: first the reader's, then those that come with the book.
    pub others: Vec<(Beside<'a>, Judgement)>,
}

/// A machine beside the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside<'a> {
    /// The reader's.
    Yours,
    /// One that comes with the book, by its name.
    Named(&'a str),
}

/// What one machine says of a claim.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Whether it holds.
    pub verdict: Verdict,
    /// What was measured.
    pub value: Option<Estimate>,
    /// How to write that, and the bound.
    pub format: fn(f64) -> String,
    /// What its control says, where the claim has one.
    pub control: Option<Controlled>,
    /// On which Python that was, where the claim is about several, and how many these are.
    pub on: Option<(String, usize)>,
}

/// What one machine says of a control.
#[derive(Clone, Copy, Debug)]
pub struct Controlled {
    /// Whether it refutes the rival.
    pub verdict: Verdict,
    /// What was measured.
    pub value: Option<Estimate>,
    /// How to write that, and the bound.
    pub format: fn(f64) -> String,
}

/// A question to the reader, and what was measured.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The question.
    pub prediction: &'a Prediction,
    /// What decides it.
    pub number: Number<'a>,
    /// Of each option, whether it is right on the reference machine, and on the reader's.
    pub right: Vec<(bool, bool)>,
    /// What to say afterwards: texts, and answers between them.
    pub then: Vec<Then<'a>>,
}

/// What a figure shows, in a sentence.
#[derive(Debug)]
pub struct Title<'a> {
    /// Words, and numbers between them.
    pub says: Vec<Then<'a>>,
    /// Whether it is not so on the reader's machine.
    pub not_yours: bool,
}

/// A piece of what is said.
#[derive(Debug)]
pub enum Then<'a> {
    /// Words.
    Text(&'a str),
    /// An answer.
    Answer(Answer<'a>),
}

/// All machines on which something was measured.
#[derive(Debug)]
pub struct Machines<'a> {
    /// What each is called, and what it measured: first the reference.
    pub machines: Vec<(&'a str, &'a Measured)>,
    /// The groups that the reader measured before their code changed.
    pub old: Vec<&'a str>,
}

impl Material {
    /// The answer to what a chapter asks for.
    pub(crate) fn answer<'a>(&'a self, what: &'a What) -> Result<Answer<'a>, Refusal> {
        match what {
            What::Directive(directive) => self.answer_to(directive),
            What::Prediction(prediction) => {
                Ok(Answer::Prediction(self.asked(prediction)?))
            }
            What::Sketch(sketch) => Ok(Answer::Sketch(sketch)),
            What::Title(title) => Ok(Answer::Title(self.title(title)?)),
        }
    }

    fn answer_to<'a>(&'a self, ask: &'a Directive) -> Result<Answer<'a>, Refusal> {
        Ok(match ask {
            Directive::Include { file, anchor } => {
                Answer::Code(self.excerpt(file, anchor.as_deref())?)
            }
            Directive::Given(text) => Answer::Given(text),
            Directive::Number(quantity) => {
                self.ask(quantity)?;
                Answer::Number(self.number(|on| on.on(quantity)))
            }
            Directive::BreakEven { split, whole, of } => {
                for series in [split, whole] {
                    if !self.reference.has_below(series) {
                        self.find(series)?;
                    }
                }
                Answer::Number(self.number(|on| on.even(split, whole, of)))
            }
            Directive::Table(layout) => Answer::Table(self.table(layout)?),
            Directive::Plot(layout) => Answer::Plot(self.curves(layout)?),
            Directive::Spread(layout) => Answer::Spread(self.curves(layout)?),
            Directive::Bars(layout) => Answer::Bars(self.list(layout)?),
            Directive::Dots(dots) => Answer::Dots(self.dots(dots)?),
            Directive::Output(run) => {
                Answer::Output { command: run.command(), output: self.recorded(run)? }
            }
            Directive::Stepper(run) => {
                let graph = Graph::read(&self.recorded(run)?).map_err(|error| {
                    (
                        format!("`{}` wrote no states to step through: {error}", run.command()),
                        "name a command that does, such as `race-conditions explore deadlock --json`"
                            .into(),
                    )
                });
                Answer::Stepper(graph?)
            }
            Directive::Play => {
                Answer::Play(Player::read(&self.root).map_err(|problem| {
                    (
                        problem,
                        "restore it with git, or compile it with `cargo book wasm`"
                            .into(),
                    )
                })?)
            }
            Directive::Lanes { run, picture, title } => {
                let timeline =
                    Timeline::read(&self.recorded(run)?, picture).map_err(|error| {
                        (
                            format!("`{}` wrote no such lanes: {error}", run.command()),
                            "name a command that does, such as `gil lanes --json`, and one of its pictures"
                                .into(),
                        )
                    });
                Answer::Lanes(timeline?, title)
            }
            Directive::Begin(span) => Answer::Begin(span),
            Directive::End(name) => Answer::End(name),
            Directive::Lesson(lesson) => Answer::Lesson(lesson),
            Directive::Minutes(lesson) => Answer::Minutes(lesson.minutes),
            Directive::Claim(id) => Answer::Claim(self.judged(self.claim(id)?)),
            Directive::Scorecard => Answer::Scorecard(
                self.claims.iter().map(|claim| self.judged(claim)).collect(),
            ),
            Directive::Exercise(path) => Answer::Exercise(self.exercise(path)?),
            Directive::Exercises => Answer::Exercises(&self.exercises),
            Directive::Machines => Answer::Machines(self.machines()),
            Directive::Predictions(parts) => Answer::Predictions(parts),
        })
    }

    /// Refuses what the reference machine can't say.
    pub(super) fn ask(&self, quantity: &Quantity) -> Result<(), Refusal> {
        for id in quantity.ids() {
            self.find(id)?;
        }
        if let Some(refusal) = self.reference.compares_processors(quantity) {
            return Err(refusal);
        }
        match self.reference.value(quantity) {
            Some(_) => Ok(()),
            None => Err((
                format!("`{quantity}` divides by what may be zero"),
                "cite both by themselves, or compare with something else".into(),
            )),
        }
    }

    fn number<'a>(
        &'a self,
        on: impl Fn(&'a Measured) -> super::value::On<'a>,
    ) -> Number<'a> {
        let others = self.others.iter().map(|other| (other.name.as_str(), on(other)));
        Number {
            reference: on(&self.reference),
            yours: self.yours.as_ref().map(&on),
            others: others.collect(),
        }
    }

    fn asked<'a>(&'a self, prediction: &'a Prediction) -> Result<Asked<'a>, Refusal> {
        let quantity = &prediction.quantity;
        self.ask(quantity)?;
        // Where the interval reaches into two answers, both are right.
        let is_right = |from: f64, below: f64, on: &Measured| {
            on.value(quantity)
                .is_some_and(|value| value.high >= from && value.low < below)
        };
        let mut from = f64::NEG_INFINITY;
        let mut right = Vec::new();
        for Choice { below, .. } in &prediction.options {
            let yours = self.yours.as_ref().is_some_and(|on| is_right(from, *below, on));
            right.push((is_right(from, *below, &self.reference), yours));
            from = *below;
        }
        if right.iter().all(|(reference, _)| *reference) {
            return Err((
                "every option of this question may be right on the reference machine".into(),
                "set the options farther apart, or ask something that was measured finely enough".into(),
            ));
        }
        let then = self.said(&prediction.then)?;
        Ok(Asked { prediction, number: self.number(|on| on.on(quantity)), right, then })
    }

    /// A text with the answers to what it asks for.
    fn said<'a>(&'a self, pieces: &'a [Piece]) -> Result<Vec<Then<'a>>, Refusal> {
        let said = pieces.iter().map(|piece| {
            Ok(match piece {
                Piece::Text(text) => Then::Text(text),
                Piece::Directive(directive) => Then::Answer(self.answer_to(directive)?),
            })
        });
        said.collect()
    }

    /// A title, unless the reference machine doesn't say so for sure.
    fn title<'a>(&'a self, title: &'a asking::Title) -> Result<Title<'a>, Refusal> {
        let asking::Title { says, measure, at_least, at_most } = title;
        self.ask(measure)?;
        let is_so = |value: Estimate| value.low >= *at_least && value.high <= *at_most;
        let value = self.reference.value(measure);
        if let Some(value) = value.filter(|value| !is_so(*value)) {
            let Estimate { low, estimate, high, .. } = value;
            return Err((
                format!(
                    "this title doesn't hold: `{measure}` is {estimate} ({low} to {high})"
                ),
                "say what the figure shows now, with a bound that is not tight".into(),
            ));
        }
        let yours = self.yours.as_ref().and_then(|on| on.value(measure));
        Ok(Title {
            says: self.said(says)?,
            not_yours: yours
                .is_some_and(|value| value.high < *at_least || value.low > *at_most),
        })
    }

    /// What was recorded for a command, if it is not too old.
    fn recorded(&self, run: &Run) -> Result<String, Refusal> {
        let command = run.command();
        let record = format!("record it with `cargo book record {}`", run.example);
        let recorded = Recorded::read(&self.root, run).map_err(|error| {
            (format!("nothing was recorded for `{command}` ({error})"), record.clone())
        })?;
        let code =
            self.code.fingerprint(&self.root.join(run.code())).map_err(|error| {
                let problem = format!("there is no example `{}`: {error}", run.example);
                (problem, "name a package below crates/".into())
            })?;
        if code != recorded.code {
            return Err((
                format!("the output of `{command}` was recorded before its code changed"),
                record,
            ));
        }
        Ok(recorded.output)
    }

    fn claim(&self, id: &str) -> Result<&Claim, Refusal> {
        self.claims.iter().find(|claim| claim.id == id).ok_or_else(|| {
            let ids = self.claims.iter().map(|claim| claim.id.as_str());
            let there = format!("book/claims.toml has {}", nearest(id, ids));
            (format!("there is no claim `{id}`"), there)
        })
    }

    /// The machines beside the reference: first the reader's.
    fn machines_beside(&self) -> impl Iterator<Item = (Beside<'_>, &Measured)> {
        let yours = self.yours.iter().map(|on| (Beside::Yours, on));
        let others = self.others.iter().filter(|on| !on.is_empty());
        yours.chain(others.map(|on| (Beside::Named(&on.name), on)))
    }

    fn judged<'a>(&'a self, claim: &'a Claim) -> Judged<'a> {
        let judgement = |on: &Measured| {
            let tried = claim.tried(on);
            Judgement {
                verdict: tried.verdict,
                value: on.value(&tried.measure),
                format: on.format(&tried.measure),
                control: tried.control.map(|control| Controlled {
                    verdict: control.verdict(on),
                    value: on.value(&control.measure),
                    format: on.format(&control.measure),
                }),
                on: tried.on,
            }
        };
        Judged {
            claim,
            reference: judgement(&self.reference),
            others: self
                .machines_beside()
                .map(|(who, on)| (who, judgement(on)))
                .collect(),
        }
    }

    fn exercise(&self, path: &str) -> Result<&Exercise, Refusal> {
        self.exercises.iter().find(|exercise| exercise.path() == path).ok_or_else(|| {
            let there = format!(
                "{INFO} has {}",
                nearest(path, self.exercises.iter().map(Exercise::path))
            );
            (format!("there is no exercise `{path}`"), there)
        })
    }

    fn machines(&self) -> Machines<'_> {
        let reference = [("reference", &self.reference)];
        let yours = self.yours.iter().map(|on| ("yours", on));
        let others = self.others.iter().map(|on| (on.name.as_str(), on));
        let machines = reference
            .into_iter()
            .chain(yours)
            .chain(others)
            .filter(|(_, on)| !on.is_empty());
        let groups = self.yours.iter().flat_map(Measured::groups);
        let old = groups.map(|group| group.group.as_str());
        Machines {
            machines: machines.collect(),
            old: old.filter(|group| self.yours_is_old(group)).collect(),
        }
    }
}
