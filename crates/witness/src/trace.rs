//! A run, step by step, with what all things hold after each step: what `cargo course show` draws.
//!
//! It is kept of one run only, and only when somebody asks for it: whoever sets the variable
//! [`FILE`] gets a failing run as JSON. A schedule that fails is looked for without, since this takes
//! longer than the run itself.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use castaway::cast;

use crate::state::State;
use crate::step::{Kind, Place, Step, Thing, Wait, Who};
use crate::story;

/// The variable of the environment that names the file which the trace of a failing run is written to.
const FILE: &str = "WITNESS_TRACE";

/// How many steps are kept from the beginning of a run, and as many from its end. Whoever never ends
/// makes millions of them.
const LONGEST: usize = 300;

/// How many characters are kept of what a thing holds.
const WIDEST: usize = 60;

/// All that has happened in a run.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// What is in each thing now, and what was in it at first, by its number.
    inside: HashMap<usize, String>,
    first: HashMap<usize, String>,
    /// What lies in each channel, and what each thread is about to send.
    messages: HashMap<usize, VecDeque<String>>,
    sending: HashMap<Who, String>,
    begin: Vec<Moment>,
    end: VecDeque<Moment>,
    /// How many moments there were in all.
    count: usize,
    /// Who waits, and has a moment that says so.
    waiting: HashSet<Who>,
    /// Who was interrupted, and after how many moments.
    interrupted: HashMap<Who, usize>,
    /// Who panicked first, and where in the file of the check.
    panicked: Option<Panicked>,
}

#[derive(Debug)]
struct Panicked {
    /// After how many moments.
    after: usize,
    who: Who,
    line: Option<u32>,
}

/// A step, and how everything stands after it.
#[derive(Debug)]
struct Moment {
    who: Who,
    place: Option<Place>,
    kind: &'static str,
    /// The thread that it starts or joins.
    of: Option<Who>,
    does: String,
    /// Whether the thread was interrupted before this step.
    resumed: bool,
    /// For each thing that was made, what is in it, and who has it.
    inside: Vec<Option<String>>,
    has: Vec<Option<Who>>,
    /// For each thread, what it waits for.
    waits: Vec<Option<Waits>>,
}

#[derive(Clone, Debug)]
struct Waits {
    what: String,
    place: Option<Place>,
    /// For whom.
    on: Vec<Who>,
}

/// The file that is asked for.
pub(crate) fn asked() -> Option<PathBuf> {
    env::var_os(FILE).map(PathBuf::from)
}

impl Trace {
    /// Notes what is in a thing, if it is of a type that can be shown.
    pub(crate) fn holds<T>(&mut self, thing: Thing, value: &T) {
        if let Some(text) = shown(value) {
            self.is_in(thing, text);
        }
    }

    fn is_in(&mut self, thing: Thing, text: String) {
        self.first.entry(thing.id).or_insert_with(|| text.clone());
        self.inside.insert(thing.id, text);
    }

    /// Notes what `who` is about to send, if it is of a type that can be shown.
    pub(crate) fn sends<T>(&mut self, who: Who, message: &T) {
        if let Some(text) = shown(message) {
            self.sending.insert(who, text);
        }
    }

    /// Notes that `who` could go on, and has to stop: others go first.
    pub(crate) fn interrupts(&mut self, who: Who) {
        self.interrupted.insert(who, self.count);
    }

    /// Notes that `who` panics at this place.
    pub(crate) fn panics(
        &mut self,
        state: &State,
        who: Who,
        place: Option<&Location<'_>>,
    ) {
        let line = place.filter(|place| place.file() == state.check.file());
        let line = line.map(|place| place.line());
        self.panicked.get_or_insert(Panicked { after: self.count, who, line });
    }

    /// Notes a step that was just made.
    pub(crate) fn step(&mut self, state: &State, who: Who, place: Place, step: &Step) {
        match step {
            Step::Reads(atomic, value)
            | Step::Writes(atomic, value)
            | Step::Changes(atomic, _, value)
            | Step::Expected(atomic, _, value) => self.is_in(*atomic, value.to_string()),
            Step::Sends(channel) => {
                let message =
                    self.sending.remove(&who).unwrap_or_else(|| "a message".into());
                self.messages.entry(channel.id).or_default().push_back(message);
            }
            Step::Receives(channel) => {
                self.messages.entry(channel.id).or_default().pop_front();
            }
            _ => {}
        }
        let (kind, of) = match step {
            Step::Starts(other) => ("starts", Some(*other)),
            Step::Joins(other) => ("joins", Some(*other)),
            Step::Ends => ("ends", None),
            Step::Panics => ("panics", None),
            Step::Sleeps(_) => ("sleeps", None),
            Step::Releases(_) => ("releases", None),
            _ => ("", None),
        };
        let inside = match step {
            Step::Takes(thing) | Step::Releases(thing) => {
                self.inside.get(&thing.id).map(|inside| format!(", with {inside} in it"))
            }
            Step::ReadsPlain(thing) | Step::WritesPlain(thing) => {
                self.inside.get(&thing.id).map(|inside| format!(": {inside}"))
            }
            _ => None,
        };
        let does = story::does(state, step) + &inside.unwrap_or_default();
        self.add(state, who, Some(place), kind, of, does);
        self.waits(state);
    }

    /// Gives each thread that has to wait a moment which says so, if it has none yet.
    pub(crate) fn waits(&mut self, state: &State) {
        self.waiting.retain(|who| state.threads[*who].waits.is_some());
        self.begin_to_wait(state, |trace, who| trace.has_to_wait(state, who));
    }

    /// Notes that nobody can go on.
    pub(crate) fn nobody_goes_on(&mut self, state: &State) {
        self.begin_to_wait(state, |_, who| state.threads[who].waits.is_some());
    }

    /// Gives each thread for which `waits` holds a moment which says that it waits, if it has none yet.
    fn begin_to_wait(&mut self, state: &State, waits: impl Fn(&Self, Who) -> bool) {
        let waiting = |who: &Who| !self.waiting.contains(who) && waits(self, *who);
        let waiting: Vec<Who> = (0..state.threads.len()).filter(waiting).collect();
        waiting.into_iter().for_each(|who| self.begins_to_wait(state, who));
    }

    /// Notes that `who` waits, whatever is known of what it waits for.
    pub(crate) fn begins_to_wait(&mut self, state: &State, who: Who) {
        let Some((wait, place)) = &state.threads[who].waits else { return };
        self.waiting.insert(who);
        // Who sleeps has said so.
        if !matches!(wait, Wait::For(thing) if thing.kind == Kind::Condvar) {
            let holder = match wait {
                Wait::For(lock) => holder(state, *lock),
                _ => None,
            };
            let holder = holder.map(|who| format!(", which {} has", story::name(who)));
            let what = story::waits_for(state, wait);
            let does = format!("waits for {what}{}", holder.unwrap_or_default());
            self.add(state, who, *place, "waits", None, does);
        }
    }

    /// Whether this thread waits, and what it waits for isn't there.
    fn has_to_wait(&self, state: &State, who: Who) -> bool {
        let Some((wait, _)) = &state.threads[who].waits else { return false };
        match wait {
            Wait::For(thing) if thing.kind == Kind::Channel => {
                self.messages.get(&thing.id).is_none_or(VecDeque::is_empty)
            }
            Wait::For(thing) if thing.kind == Kind::Condvar => true,
            // Whether there is room in a channel, and how often something has happened, isn't known here.
            Wait::Room(_) | Wait::Events(..) => false,
            Wait::Child(_) | Wait::Writing(_) | Wait::Reading(_) => true,
            _ => !waits_on(state, who).is_empty(),
        }
    }

    /// For each thread, what it waits for.
    fn who_waits(&self, state: &State) -> Vec<Option<Waits>> {
        let waits = |who: Who| {
            let (wait, place) = state.threads[who].waits.as_ref()?;
            let what = story::waits_for(state, wait);
            let waits = Waits { what, place: *place, on: waits_on(state, who) };
            self.waiting.contains(&who).then_some(waits)
        };
        (0..state.threads.len()).map(waits).collect()
    }

    fn add(
        &mut self,
        state: &State,
        who: Who,
        place: Option<Place>,
        kind: &'static str,
        of: Option<Who>,
        does: String,
    ) {
        let things = || state.made.first().map(|(thing, _)| thing);
        let inside = |thing: &Thing| match self.messages.get(&thing.id) {
            Some(messages) => {
                let messages: Vec<_> = messages.iter().map(String::as_str).collect();
                Some(messages.join(" and "))
            }
            None => self.inside.get(&thing.id).cloned(),
        };
        let mut moment = Moment {
            who,
            place,
            kind,
            of,
            does,
            resumed: false,
            inside: things().map(inside).collect(),
            has: things().map(|thing| holder(state, *thing)).collect(),
            waits: self.who_waits(state),
        };
        // Who waits has not gone on.
        if kind != "waits" {
            let at = self.interrupted.remove(&who);
            moment.resumed = at.is_some_and(|at| at < self.count);
        }
        self.count += 1;
        if self.begin.len() < LONGEST {
            self.begin.push(moment);
            return;
        }
        if self.end.len() == LONGEST {
            self.end.pop_front();
        }
        self.end.push_back(moment);
    }

    /// Writes the run to `file`, with what was said of its failure, and in which schedule it first failed.
    ///
    /// # Errors
    ///
    /// When the file can't be written.
    pub(crate) fn write(
        &self,
        file: &Path,
        state: &State,
        said: &str,
        schedule: usize,
    ) -> io::Result<()> {
        let line = |place: Place| {
            (place.file() == state.check.file()).then(|| place.line().to_string())
        };
        let some = |value: Option<String>| value.unwrap_or_else(|| "null".into());
        let things = state.made.first().map(|(thing, place)| {
            let first = self.first.get(&thing.id).map(|first| quoted(first));
            format!(
                "{{\"name\":{},\"line\":{},\"column\":{},\"first\":{}}}",
                quoted(&story::thing(state, *thing)),
                some(line(place)),
                place.column(),
                some(first)
            )
        });
        let threads = (0..state.threads.len()).map(|who| quoted(&story::name(who)));
        let waits = |waits: &Option<Waits>| {
            some(waits.as_ref().map(|Waits { what, place, on }| {
                format!(
                    "{{\"what\":{},\"line\":{},\"on\":{}}}",
                    quoted(what),
                    some(place.and_then(line)),
                    list(on.iter().map(ToString::to_string))
                )
            }))
        };
        let number = |number: &Option<Who>| some(number.map(|number| number.to_string()));
        let step = |moment: &Moment| {
            format!(
                "\n{{\"who\":{},\"line\":{},\"column\":{},\"kind\":{},\"of\":{},\"does\":{},\"resumed\":{},\
                 \"inside\":{},\"has\":{},\"waits\":{}}}",
                moment.who,
                some(moment.place.and_then(line)),
                moment.place.map_or(0, |place| place.column()),
                quoted(moment.kind),
                number(&moment.of),
                quoted(&moment.does),
                moment.resumed,
                list(moment.inside.iter().map(|it| some(it.as_deref().map(quoted)))),
                list(moment.has.iter().map(number)),
                list(moment.waits.iter().map(waits))
            )
        };
        let left_out = self.count - self.begin.len() - self.end.len();
        let panicked =
            some(self.panicked.as_ref().map(|Panicked { after, who, line }| {
                let line = some(line.map(|line| line.to_string()));
                format!("{{\"after\":{after},\"who\":{who},\"line\":{line}}}")
            }));
        let mut json = format!("{{\"said\":{},\"schedule\":{schedule},", quoted(said));
        // A String takes whatever is written to it.
        let _ = write!(
            json,
            "\"left_out\":{left_out},\"panicked\":{panicked},\"waits\":{},\"things\":{},\"threads\":{},\
             \"begin\":{},\"end\":{}}}",
            list(self.who_waits(state).iter().map(waits)),
            list(things),
            list(threads),
            list(self.begin.iter().map(step)),
            list(self.end.iter().map(step))
        );
        fs::write(file, json)
    }
}

/// For whom this thread waits, as far as that is known.
fn waits_on(state: &State, who: Who) -> Vec<Who> {
    let Some((wait, _)) = &state.threads[who].waits else { return Vec::new() };
    let others = (0..state.threads.len()).filter(|other| *other != who);
    match wait {
        Wait::For(thing) => holder(state, *thing).into_iter().collect(),
        Wait::Join(other) => {
            others.filter(|it| it == other && !state.threads[*it].ended).collect()
        }
        Wait::Scope => others
            .filter(|other| state.threads[*other].scope.is_some())
            .filter(|other| !state.threads[*other].ended)
            .collect(),
        _ => Vec::new(),
    }
}

fn holder(state: &State, lock: Thing) -> Option<Who> {
    state.threads.iter().position(|thread| thread.holds.contains(&lock))
}

/// A value in words, if it is a number, a text or the like, or a list of these.
fn shown<T>(value: &T) -> Option<String> {
    macro_rules! of {
        ($($of:ty)*) => {
            $(
                if let Ok(value) = cast!(value, &$of) {
                    return Some(format!("{value:?}"));
                }
                if let Ok(value) = cast!(value, &Option<$of>) {
                    return Some(format!("{value:?}"));
                }
                if let Ok(value) = cast!(value, &Vec<$of>) {
                    return Some(format!("{value:?}"));
                }
                if let Ok(value) = cast!(value, &Vec<Option<$of>>) {
                    return Some(format!("{value:?}"));
                }
            )*
        };
    }
    // Most of what could be shown is none of these, and costs nothing: it is decided when it is compiled.
    let text = (|| {
        of!(bool char i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f64 String);
        of!((usize, usize)(usize, String)(u64, u64)(i64, i64));
        None::<String>
    })()?;
    let short: String = text.chars().take(WIDEST).collect();
    Some(if short.len() < text.len() { format!("{short}…") } else { short })
}

fn list(of: impl Iterator<Item = String>) -> String {
    format!("[{}]", of.collect::<Vec<_>>().join(","))
}

/// A text in JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted + "\""
}
