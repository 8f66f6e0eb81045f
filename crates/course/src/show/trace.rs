//! A failing run, as `witness` writes it, beside the lines of the file in which it happened.
//!
//! What an answer does ends up in here: nothing of it is believed, and all of it is [`clean`].

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use regex::{Captures, Regex};
use serde::Deserialize;

use crate::set;
use crate::text::clean;

/// The longest text that is kept, in bytes.
pub(super) const LONGEST: usize = 2_000;

/// A schedule with more interruptions than these says little about any of them.
const INTERRUPTIONS: usize = 3;

/// What the complaints begin with whose last step is the one that fails.
const AT_THE_STEP: [&str; 3] = ["data race: ", "deadlock: a thread takes", SPINS];

/// What the complaint begins with about a thread that waits in a loop.
const SPINS: &str = "it spins: ";

/// What the complaint begins with when every thread waits.
const DEADLOCK: &str = "deadlock: nobody can go on";

/// As `witness` writes it.
#[derive(Deserialize)]
struct Written {
    said: String,
    left_out: usize,
    panicked: Option<Panicked>,
    waits: Vec<Option<Wait>>,
    things: Vec<WrittenThing>,
    threads: Vec<String>,
    begin: Vec<WrittenStep>,
    end: Vec<WrittenStep>,
}

#[derive(Deserialize)]
struct Panicked {
    /// After how many steps.
    after: usize,
    who: usize,
    line: Option<usize>,
}

#[derive(Deserialize)]
struct WrittenThing {
    name: String,
    line: Option<usize>,
    column: usize,
    first: Option<String>,
}

#[derive(Clone, Deserialize)]
struct WrittenStep {
    who: usize,
    line: Option<usize>,
    column: usize,
    kind: String,
    of: Option<usize>,
    does: String,
    resumed: bool,
    inside: Vec<Option<String>>,
    has: Vec<Option<usize>>,
    waits: Vec<Option<Wait>>,
}

/// What a thread waits for.
#[derive(Clone, Debug, Deserialize)]
pub struct Wait {
    /// In words.
    pub what: String,
    /// The line of the file.
    pub line: Option<usize>,
    /// The threads that would have to go on, as far as they are known.
    pub on: Vec<usize>,
}

/// A failing run.
#[derive(Debug)]
pub struct Trace {
    /// What the check says.
    pub said: String,
    /// What the threads are called. The first is the one that called the answer.
    pub threads: Vec<String>,
    /// The locks, atomics and so on that the steps use.
    pub things: Vec<Thing>,
    /// What happened, in its order, up to where it failed.
    pub steps: Vec<Step>,
    /// The step that fails: a place in `steps`.
    pub failing: usize,
}

/// A lock, an atomic, or another thing.
#[derive(Debug)]
pub struct Thing {
    /// What the file calls it, or else its kind and a number.
    pub name: String,
    /// What it is: `lock`, `condvar`, `atomic`, `channel` or `place`.
    pub kind: String,
    /// What was in it when it was made, if that can be shown.
    pub first: Option<String>,
}

/// Whether others have done something since a thread's last step in the answer, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupted {
    /// Nobody has, or the thread is no longer in the same call, as far as one can see.
    Not,
    /// It was interrupted in the answer.
    Here,
    /// It waited in the answer.
    ByWaiting,
    /// It was in something that the answer has called.
    Elsewhere,
}

/// A step of a thread.
#[derive(Debug)]
pub struct Step {
    /// The thread.
    pub who: usize,
    /// The line of the file, if it is one of this file.
    pub line: Option<usize>,
    /// Where in that line it begins.
    pub column: usize,
    /// What stands in that line.
    pub code: String,
    /// Whether the line belongs to the answer, and not to its checks.
    pub own: bool,
    /// What it does, in words.
    pub does: String,
    /// What kind of step it is, where that matters: `starts`, `joins`, `ends`, `panics`, `waits`, `sleeps` or `releases`.
    pub kind: String,
    /// The thread that it starts or joins.
    pub of: Option<usize>,
    /// What happened to the thread before this step.
    pub interrupted: Interrupted,
    /// How many steps before this one were left out.
    pub left_out: usize,
    /// What is in each of the things after it.
    pub inside: Vec<Option<String>>,
    /// Who has each of the things after it.
    pub has: Vec<Option<usize>>,
    /// What each of the threads waits for after it; threads that come later are missing.
    pub waits: Vec<Option<Wait>>,
}

impl Trace {
    /// Reads a run of the file with this `source`, an answer with its checks below it.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it is none that `witness` wrote.
    pub fn read(path: &Path, source: &str) -> Result<Self, String> {
        let at = |error: String| format!("{}: {error}", path.display());
        let json = std::fs::read(path).map_err(|error| at(error.to_string()))?;
        let written: Written =
            serde_json::from_slice(&json).map_err(|error| at(error.to_string()))?;
        Self::of(written, source)
            .ok_or_else(|| at("what it says doesn't fit together".into()))
    }

    /// Nothing, where a step speaks of a thread that isn't there, or there is no step.
    fn of(mut written: Written, source: &str) -> Option<Self> {
        let lines: Vec<String> = source.lines().map(short).collect();
        let reader = Reader {
            names: Names::of(&written.things, &lines),
            answer: set::split(source).0.lines().count(),
            lines,
        };
        let steps = written.steps();
        let threads = written.threads.len();
        let known = |(step, _): &(WrittenStep, usize)| {
            let others = step.of.iter().chain(step.has.iter().flatten());
            let waits = step.waits.iter().flatten().flat_map(|wait| &wait.on);
            step.waits.len() <= threads
                && others.chain(waits).chain([&step.who]).all(|who| *who < threads)
        };
        if steps.is_empty() || !steps.iter().all(known) {
            return None;
        }
        let used = reader.names.used(steps.iter().map(|(step, _)| step));
        let of_witness = AT_THE_STEP.iter().any(|begin| written.said.starts_with(begin))
            || written.said.starts_with(DEADLOCK);
        let said = written.said.trim_end();
        let said = if of_witness { reader.names.put(said) } else { said.into() };
        let steps = steps.into_iter();
        let mut trace = Self {
            said: short(&said),
            threads: written.threads.iter().map(|name| short(name)).collect(),
            things: used
                .iter()
                .map(|it| reader.thing(&written.things[*it], *it))
                .collect(),
            steps: steps.map(|(step, gap)| reader.step(step, gap, &used)).collect(),
            failing: 0,
        };
        trace.settle_waits(reader.waits(std::mem::take(&mut written.waits)));
        trace.find_interruptions();
        let panicked = written.panicked.filter(|panicked| panicked.who < threads);
        let by = panicked.as_ref().map_or(0, |panicked| panicked.who);
        trace.failing = trace.failing_step(by);
        // What panics in the answer itself is a step, too, of which `witness` knows nothing.
        let line = panicked.and_then(|panicked| panicked.line).filter(|_| !of_witness);
        if let Some(line) = line.filter(|line| (1..=reader.answer).contains(line)) {
            let last = trace.steps.last()?;
            trace.steps.push(Step {
                who: by,
                line: Some(line),
                column: 0,
                code: reader.lines[line - 1].trim().into(),
                own: true,
                does: "panics".into(),
                kind: "panics".into(),
                of: None,
                interrupted: Interrupted::Not,
                left_out: 0,
                inside: last.inside.clone(),
                has: last.has.clone(),
                waits: last.waits.clone(),
            });
            trace.failing = trace.steps.len() - 1;
        }
        Some(trace)
    }

    /// Whoever goes to sleep waits from then on, and in the end all wait who did then.
    fn settle_waits(&mut self, at_the_end: Vec<Option<Wait>>) {
        let deadlock = self.is_deadlock();
        if let (true, Some(last)) = (deadlock, self.steps.last_mut()) {
            last.waits = at_the_end;
        }
        for at in 1..self.steps.len() {
            let (before, from) = self.steps.split_at_mut(at);
            let before = &mut before[at - 1];
            let wait = from[0].waits.get(before.who).filter(|_| before.kind == "sleeps");
            if let (Some(wait), Some(slot)) = (wait, before.waits.get_mut(before.who)) {
                slot.clone_from(wait);
            }
        }
    }

    /// Where an answer goes on after others have done something. What happens in the checks may be interrupted without
    /// any harm; and who makes the same step once more has most likely been called anew.
    fn find_interruptions(&mut self) {
        /// The last step of a thread.
        #[derive(Clone, Copy, Default)]
        struct Last {
            /// Where in the answer it was, if it was there.
            here: Option<(Option<usize>, usize)>,
            /// Where in the answer the last one was that was there.
            own: Option<(Option<usize>, usize)>,
            /// Whether others have made a step since.
            others: bool,
        }

        let mut all: HashMap<usize, Last> = HashMap::new();
        for step in self.steps.iter_mut().filter(|step| step.kind != "waits") {
            let last = all.get(&step.who).copied().unwrap_or_default();
            let here = step.own.then_some((step.line, step.column));
            let differs = |other: Option<_>| step.own && other.is_some() && other != here;
            step.interrupted = match step.interrupted {
                _ if !last.others => Interrupted::Not,
                Interrupted::Here if differs(last.here) => Interrupted::Here,
                _ if differs(last.here) => Interrupted::ByWaiting,
                _ if differs(last.own) => Interrupted::Elsewhere,
                _ => Interrupted::Not,
            };
            for (_, other) in all.iter_mut().filter(|(who, _)| **who != step.who) {
                other.others = true;
            }
            all.insert(step.who, Last { here, own: here.or(last.own), others: false });
        }
    }

    /// The step that fails. Of a deadlock, the last one that waits; of a data race and the like, the step itself. Of
    /// anything else, the first step of the thread that was interrupted last, since it goes on as if nothing had
    /// happened; where none was, the last step before the complaint.
    fn failing_step(&self, by: usize) -> usize {
        let last = |wanted: &dyn Fn(&Step) -> bool| self.steps.iter().rposition(wanted);
        let found = if self.is_deadlock() {
            let waits = |step: &Step| {
                ["waits", "sleeps"].contains(&&*step.kind)
                    && self.waits(step.who).is_some()
            };
            last(&|step| step.own && waits(step)).or_else(|| last(&waits))
        } else if AT_THE_STEP.iter().any(|begin| self.said.starts_with(begin)) {
            None
        } else {
            let ways =
                [Interrupted::Here, Interrupted::ByWaiting, Interrupted::Elsewhere];
            ways.into_iter().find_map(|way| {
                let times =
                    self.steps.iter().filter(|step| step.interrupted == way).count();
                last(&|step| step.interrupted == way).filter(|_| times <= INTERRUPTIONS)
            })
        };
        let releases = |step: &Step| step.kind == "releases";
        found
            .or_else(|| last(&|step| step.own && step.who == by && !releases(step)))
            .or_else(|| last(&|step| step.own && !releases(step)))
            .unwrap_or(self.steps.len() - 1)
    }

    /// What a thread waits for in the end.
    pub fn waits(&self, who: usize) -> Option<&Wait> {
        self.steps.last()?.waits.get(who)?.as_ref()
    }

    /// Whether it ends with nobody who can go on.
    pub fn is_deadlock(&self) -> bool {
        self.said.starts_with(DEADLOCK)
    }

    /// Who waits for whom in a circle, after all steps; empty where there is none.
    pub fn circle(&self) -> Vec<usize> {
        // Whoever waits for one of several isn't held up by this one.
        let next = |who: usize| match self.waits(who) {
            Some(Wait { on, .. }) if on.len() == 1 => Some(on[0]),
            _ => None,
        };
        for first in 0..self.threads.len() {
            let mut way = vec![first];
            while let Some(who) = way.last().copied().and_then(next) {
                if who == first {
                    return way;
                }
                if way.contains(&who) {
                    break;
                }
                way.push(who);
            }
        }
        Vec::new()
    }
}

/// What a line is, and what a thing is called.
struct Reader {
    names: Names,
    lines: Vec<String>,
    /// How many lines the answer has.
    answer: usize,
}

impl Reader {
    fn thing(&self, thing: &WrittenThing, at: usize) -> Thing {
        Thing {
            name: short(&self.names.names[at]),
            kind: short(thing.name.split(' ').next().unwrap_or_default()),
            first: thing.first.as_deref().map(short),
        }
    }

    /// A step, before which so many were left out; of all things, only those that are `used` are kept.
    fn step(&self, step: WrittenStep, left_out: usize, used: &[usize]) -> Step {
        // Where a thread ends is where it was started.
        let ends = ["ends", "panics"].contains(&&*step.kind);
        // A lock is released at the end of a block; its line is the one where it was taken.
        let line = step.line.filter(|_| step.kind != "releases");
        let code = line.and_then(|line| self.lines.get(line.checked_sub(1)?));
        let inside = |thing: &usize| step.inside.get(*thing)?.as_deref().map(short);
        Step {
            who: step.who,
            line: step.line,
            column: step.column,
            code: code.map_or_else(String::new, |line| line.trim().into()),
            own: !ends && step.line.is_some_and(|line| line <= self.answer),
            does: short(&self.names.put(&step.does)),
            of: step.of,
            interrupted: match step.resumed {
                true => Interrupted::Here,
                false => Interrupted::Not,
            },
            left_out,
            inside: used.iter().map(inside).collect(),
            has: used.iter().map(|it| step.has.get(*it).copied().flatten()).collect(),
            waits: self.waits(step.waits),
            kind: step.kind,
        }
    }

    fn waits(&self, waits: Vec<Option<Wait>>) -> Vec<Option<Wait>> {
        let named =
            |wait: Wait| Wait { what: short(&self.names.put(&wait.what)), ..wait };
        waits.into_iter().map(|wait| wait.map(named)).collect()
    }
}

fn short(text: &str) -> String {
    clean(text, LONGEST)
}

impl Written {
    /// All steps up to where it failed, each with how many are left out before it. What threads do afterwards, such as
    /// to clean up, says nothing more.
    fn steps(&mut self) -> Vec<(WrittenStep, usize)> {
        let until = self.panicked.as_ref().map_or(usize::MAX, |panicked| panicked.after);
        let (begin, end) =
            (std::mem::take(&mut self.begin), std::mem::take(&mut self.end));
        let from = begin.len() + self.left_out;
        let begin = begin.into_iter().map(|step| (step, 0)).enumerate();
        let gap = |at| if at == 0 { self.left_out } else { 0 };
        let end =
            end.into_iter().enumerate().map(|(at, step)| (from + at, (step, gap(at))));
        let steps = begin.chain(end).take_while(|(at, _)| *at < until);
        let steps = steps.map(|(_, step)| step).collect();
        if self.said.starts_with(SPINS) { without_rounds(steps) } else { steps }
    }
}

/// The steps of a thread that spins: all up to the second round, and the last one.
fn without_rounds(mut steps: Vec<(WrittenStep, usize)>) -> Vec<(WrittenStep, usize)> {
    let Some((last, _)) = steps.last().cloned() else { return steps };
    let same = |(step, _): &(WrittenStep, usize)| {
        (step.who, step.line, &step.does) == (last.who, last.line, &last.does)
    };
    let second = (0..steps.len()).filter(|at| same(&steps[*at])).nth(1);
    if let Some(second) = second.filter(|second| second + 2 < steps.len()) {
        let rest = steps.split_off(second + 1);
        let gap: usize = rest.iter().map(|(_, gap)| 1 + gap).sum();
        steps.push((last, gap - 1));
    }
    steps
}

/// What the things are called.
struct Names {
    /// As `witness` calls them, and as the reader does.
    given: Vec<String>,
    names: Vec<String>,
    thing: Regex,
}

impl Names {
    fn of(things: &[WrittenThing], lines: &[String]) -> Self {
        let own: Vec<_> = things.iter().map(|thing| name(thing, lines)).collect();
        let unique = |name: &&String| {
            own.iter().flatten().filter(|other| other == name).count() == 1
        };
        let given: Vec<_> = things.iter().map(|thing| thing.name.clone()).collect();
        let names = given.iter().zip(&own);
        Self {
            names: names
                .map(|(given, own)| match own.as_ref().filter(unique) {
                    Some(own) => format!("`{own}`"),
                    None => given.clone(),
                })
                .collect(),
            given,
            thing: Regex::new(r"\b(?:lock|condvar|atomic|channel|place) \d+\b")
                .expect("the pattern is right"),
        }
    }

    fn place(&self, given: &str) -> Option<usize> {
        self.given.iter().position(|it| it == given)
    }

    /// The text with the reader's names.
    fn put(&self, text: &str) -> String {
        let name = |found: &Captures<'_>| match self.place(&found[0]) {
            Some(place) => self.names[place].clone(),
            None => found[0].into(),
        };
        self.thing.replace_all(text, name).into_owned()
    }

    /// The things that these steps use, in the order in which they were made.
    fn used<'a>(&self, steps: impl Iterator<Item = &'a WrittenStep>) -> Vec<usize> {
        let texts = steps.flat_map(|step| {
            let waits = step.waits.iter().flatten().map(|wait| wait.what.as_str());
            waits.chain([step.does.as_str()])
        });
        let found = texts.flat_map(|text| self.thing.find_iter(text));
        let used: BTreeSet<_> = found.filter_map(|it| self.place(it.as_str())).collect();
        used.into_iter().collect()
    }
}

/// What the line calls a thing in which it is made: the field or the variable that it is put into.
fn name(thing: &WrittenThing, lines: &[String]) -> Option<String> {
    let line = lines.get(thing.line?.checked_sub(1)?)?;
    let before: String = line.chars().take(thing.column.checked_sub(1)?).collect();
    let within = Regex::new(r"^(.*?)\s*(?:(?:\w+::)*\w+\(\s*)*$").expect("it is right");
    let into = Regex::new(r"(?:\blet (?:mut )?(\w+)(?:: [^=]+)? =|\b(\w+):)$")
        .expect("it is right");
    let before = within.captures(&before)?.get(1)?.as_str();
    let found = into.captures(before)?;
    Some(found.get(1).or(found.get(2))?.as_str().into())
}
