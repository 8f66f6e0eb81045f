//! A record in words.

use std::fmt::{self, Display, Formatter, Write};

use crate::record::{Place, State, Step, Thing, Value, Wait, Who};

/// A longer story is told from its end.
const LONGEST: usize = 60;

/// What happened in which order, a line for each step.
pub(crate) fn tell(state: &State) -> String {
    let mut story = String::new();
    for (thing, place) in &state.made {
        if let Some(line) = line(state, place) {
            let _ = writeln!(story, "  {thing} is made in {line}");
        }
    }
    let skipped = state.events.len().saturating_sub(LONGEST);
    if skipped > 0 {
        let _ = writeln!(story, "  … {skipped} steps before these");
    }
    for event in &state.events[skipped..] {
        let line = line(state, event.place).unwrap_or_default();
        let who = name(event.who);
        let _ = writeln!(story, "  {who:<11} {line:<9} {}", event.step);
    }
    story
}

/// Who waits for what, a line for each thread that does.
pub(crate) fn who_waits(state: &State) -> String {
    let mut waits = String::new();
    for (who, thread) in
        state.threads.iter().enumerate().filter(|(_, thread)| !thread.ended)
    {
        let held = list(&thread.holds);
        let held = if held.is_empty() { held } else { format!("holds {held} and ") };
        let Some((wait, place)) = &thread.waits else { continue };
        let place = place
            .map_or_else(String::new, |place: Place| format!(" (line {})", place.line()));
        let _ = writeln!(waits, "  {} {held}waits for {wait}{place}", name(who));
    }
    waits
}

/// The line of a place in the answer's own file; elsewhere, a line says nothing to anybody.
fn line(state: &State, place: Place) -> Option<String> {
    (place.file() == state.check.file()).then(|| format!("line {}", place.line()))
}

fn list(things: &[Thing]) -> String {
    things.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

fn name(who: Who) -> String {
    match who {
        0 => "the caller".into(),
        who => format!("thread {who}"),
    }
}

impl Display for Thing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (kind, number) = match self {
            Self::Lock(number) => ("lock", number),
            Self::Condvar(number) => ("condvar", number),
            Self::Atomic(number) => ("atomic", number),
            Self::Channel(number) => ("channel", number),
        };
        match number {
            0 => write!(f, "a {kind}"),
            number => write!(f, "{kind} {number}"),
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Truth(truth) => truth.fmt(f),
        }
    }
}

impl Display for Wait {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::For(thing @ Thing::Channel(_)) => write!(f, "a message in {thing}"),
            Self::For(thing @ Thing::Condvar(_)) => {
                write!(f, "somebody to notify {thing}")
            }
            Self::For(thing) => thing.fmt(f),
            Self::Join(who) => write!(f, "the end of {}", name(*who)),
            Self::Child(child) => write!(f, "the end of child {child}"),
            Self::Writing(child) => write!(f, "child {child} to read what it writes"),
            Self::Reading(child) => {
                write!(f, "child {child} to print something, or to end")
            }
            Self::Scope => write!(f, "the threads of its scope"),
        }
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starts(who) => write!(f, "starts {}", name(*who)),
            Self::Ends => write!(f, "ends"),
            Self::Panics => write!(f, "panics"),
            Self::Joins(who) => write!(f, "joins {}", name(*who)),
            Self::Takes(lock) => write!(f, "takes {lock}"),
            Self::Releases(lock) => write!(f, "releases {lock}"),
            Self::Sleeps(condvar) => write!(f, "goes to sleep on {condvar}"),
            Self::Wakes(condvar) => write!(f, "wakes up on {condvar}"),
            Self::Notifies(condvar) => write!(f, "notifies {condvar}"),
            Self::Reads(atomic, value) => write!(f, "reads {value} from {atomic}"),
            Self::Writes(atomic, value) => write!(f, "writes {value} to {atomic}"),
            Self::Changes(atomic, from, to) => {
                write!(f, "changes {atomic} from {from} to {to}")
            }
            Self::Expected(atomic, expected, found) => {
                write!(f, "expects {expected} in {atomic} and finds {found}")
            }
            Self::Sends(channel) => write!(f, "sends into {channel}"),
            Self::Receives(channel) => write!(f, "receives from {channel}"),
            Self::StartsChild(child, name) => write!(f, "starts child {child}: {name}"),
            Self::KillsChild(child) => write!(f, "kills child {child}"),
            Self::ReapsChild(child) => {
                write!(f, "waits for child {child}, which has ended")
            }
        }
    }
}
