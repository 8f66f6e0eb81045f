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
const LONGEST: usize = 2_000;

/// How many steps a round has at most that is done over and over.
const ROUND: usize = 8;

/// A schedule with more interruptions than these says little about any of them.
const INTERRUPTIONS: usize = 3;

/// What the complaints begin with whose last step is the one that fails.
const AT_THE_STEP: [&str; 3] = ["data race: ", "deadlock: a thread takes", "it spins: "];

/// What the complaint begins with when every thread waits.
const DEADLOCK: &str = "deadlock: nobody can go on";

/// As `witness` writes it.
#[derive(Deserialize)]
struct Written {
    said: String,
    left_out: usize,
    panicked: Option<usize>,
    by: Option<usize>,
    things: Vec<WrittenThing>,
    threads: Vec<String>,
    begin: Vec<WrittenStep>,
    end: Vec<WrittenStep>,
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
    /// Whether the thread was interrupted in the answer, before this step.
    pub resumed: bool,
    /// Whether others have done something since the thread's last step in the answer.
    pub meanwhile: bool,
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
        let short = |text: &str| clean(text, LONGEST);
        let lines: Vec<String> = source.lines().map(short).collect();
        let answer = set::split(source).0.lines().count();

        let mut steps = written.steps();
        let threads = written.threads.len();
        let named = |step: &WrittenStep| {
            let known = |who: &usize| *who < threads;
            known(&step.who) && step.of.iter().chain(step.has.iter().flatten()).all(known)
        };
        steps.retain(|(step, _)| named(step));
        let names = Names::of(&written.things, &lines);
        let used: Vec<usize> = names.used(steps.iter().map(|(step, _)| step));
        let steps: Vec<Step> = without_rounds(steps)
            .into_iter()
            .map(|(step, left_out)| Step {
                who: step.who,
                line: step.line,
                column: step.column,
                // A lock is released at the end of a block; its line is the one where it was taken.
                code: (step.line.filter(|_| step.kind != "releases"))
                    .and_then(|line| lines.get(line.wrapping_sub(1)))
                    .map_or_else(String::new, |line| line.trim().into()),
                own: step.line.is_some_and(|line| line <= answer),
                does: short(&names.put(&step.does)),
                kind: step.kind,
                of: step.of,
                resumed: step.resumed,
                meanwhile: false,
                left_out,
                inside: (used.iter())
                    .map(|it| step.inside.get(*it).cloned().flatten())
                    .map(|it| it.map(|it| short(&it)))
                    .collect(),
                has: used.iter().map(|it| step.has.get(*it).copied().flatten()).collect(),
                waits: (step.waits.into_iter())
                    .map(|wait| {
                        wait.map(|wait| Wait {
                            what: short(&names.put(&wait.what)),
                            ..wait
                        })
                    })
                    .collect(),
            })
            .collect();
        if steps.is_empty() {
            return Err(at("it has no steps".into()));
        }
        let of_witness = AT_THE_STEP.iter().any(|begin| written.said.starts_with(begin))
            || written.said.starts_with(DEADLOCK);
        let said = written.said.trim_end();
        let said = if of_witness { names.put(said) } else { said.into() };
        let mut trace = Self {
            said: clean(&said, LONGEST),
            threads: written.threads.iter().map(|name| short(name)).collect(),
            things: (used.iter())
                .map(|it| Thing {
                    name: short(&names.names[*it]),
                    kind: short(written.things[*it].name.split(' ').next().unwrap_or("")),
                    first: written.things[*it].first.as_deref().map(short),
                })
                .collect(),
            steps,
            failing: 0,
        };
        trace.keep_interruptions();
        trace.failing = trace.failing_step(written.by);
        Ok(trace)
    }

    /// Where an answer goes on after others have done something. What happens in the checks may be interrupted without
    /// any harm; and who makes the same step once more has most likely been called anew.
    fn keep_interruptions(&mut self) {
        // Where in the answer the last step of each thread was, if it was there, and whether others have made one since.
        let mut last: HashMap<usize, (Option<_>, bool)> = HashMap::new();
        for step in self.steps.iter_mut().filter(|step| step.kind != "waits") {
            let (before, others) = last.get(&step.who).copied().unwrap_or_default();
            let here = step.own.then_some((step.line, step.column));
            step.meanwhile = others && step.own && before.is_some() && before != here;
            step.resumed &= step.meanwhile;
            for (who, (_, others)) in &mut last {
                *others |= *who != step.who;
            }
            last.insert(step.who, (here, false));
        }
    }

    /// The step that fails. Of a deadlock, the last one that waits, of a data race and the like, the step itself. Of
    /// anything else, the first step of the thread that was interrupted last, since it goes on as if nothing had
    /// happened; where none was, the last step before the complaint.
    fn failing_step(&self, by: Option<usize>) -> usize {
        let last = |wanted: &dyn Fn(&Step) -> bool| self.steps.iter().rposition(wanted);
        let by = by.unwrap_or(0);
        let found = if self.is_deadlock() {
            let at_the_end = self.steps.last().map(|step| &step.waits);
            let waits = |who| {
                at_the_end
                    .is_some_and(|waits| waits.get(who).is_some_and(Option::is_some))
            };
            last(&|step| {
                step.own && ["waits", "sleeps"].contains(&&*step.kind) && waits(step.who)
            })
        } else if AT_THE_STEP.iter().any(|begin| self.said.starts_with(begin)) {
            None
        } else {
            let few = |is: fn(&&Step) -> bool| {
                self.steps.iter().filter(is).count() <= INTERRUPTIONS
            };
            last(&|step| step.resumed).filter(|_| few(|step| step.resumed)).or_else(
                || last(&|step| step.meanwhile).filter(|_| few(|it| it.meanwhile)),
            )
        };
        let releases = |step: &Step| step.kind == "releases";
        found
            .or_else(|| last(&|step| step.own && step.who == by && !releases(step)))
            .or_else(|| last(&|step| step.own && !releases(step)))
            .unwrap_or(self.steps.len() - 1)
    }

    /// Whether it ends with nobody who can go on.
    pub fn is_deadlock(&self) -> bool {
        self.said.starts_with(DEADLOCK)
    }

    /// Who waits for whom in a circle, after all steps; empty where there is none.
    pub fn circle(&self) -> Vec<usize> {
        let Some(last) = self.steps.last() else { return Vec::new() };
        let next = |who: usize| match last.waits.get(who) {
            // Whoever waits for one of several isn't held up by this one.
            Some(Some(Wait { on, .. })) if on.len() == 1 => Some(on[0]),
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

impl Written {
    /// All steps up to where it failed, each with how many are left out before it. What threads do afterwards, such as
    /// to clean up, says nothing more.
    fn steps(&self) -> Vec<(WrittenStep, usize)> {
        let begin = self.begin.iter().enumerate();
        let from = self.begin.len() + self.left_out;
        let end = self.end.iter().enumerate().map(|(at, step)| (from + at, step));
        let before = |at| if at == from { self.left_out } else { 0 };
        let until = self.panicked.unwrap_or(usize::MAX);
        begin
            .chain(end)
            .take_while(|(at, _)| *at < until)
            .map(|(at, step)| (step.clone(), before(at)))
            .collect()
    }
}

/// The steps without those that do the same over and over: of more than two rounds in a row, the first is kept, and the
/// last.
fn without_rounds(steps: Vec<(WrittenStep, usize)>) -> Vec<(WrittenStep, usize)> {
    let same = |(one, _): &(WrittenStep, usize), (other, more): &(WrittenStep, usize)| {
        let of = |step: &WrittenStep| (step.who, step.line, step.does.clone());
        *more == 0 && of(one) == of(other)
    };
    let mut kept: Vec<(WrittenStep, usize)> = Vec::new();
    for step in steps {
        kept.push(step);
        let end = kept.len();
        for round in 1..=ROUND.min(end / 3) {
            let rounds = &kept[end - 3 * round..];
            let (first, rest) = rounds.split_at(round);
            let (second, third) = rest.split_at(round);
            let again = |of: &[(WrittenStep, usize)]| {
                first.iter().zip(of).all(|(one, other)| same(one, other))
            };
            // What was left out before stands at the beginning of the last round.
            let left_out = third[0].1 + second[0].1;
            let mut plain = second.to_vec();
            plain[0].1 = 0;
            if again(&plain) && again(third) {
                kept.drain(end - 2 * round..end - round);
                let begin = end - 2 * round;
                kept[begin].1 = left_out + round;
                break;
            }
        }
    }
    kept
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
