//! A record in words.

use std::fmt::{self, Display, Formatter, Write};

use crate::state::State;
use crate::step::{Kind, Place, Step, Thing, Value, Wait, Who};

/// What happened in which order, a line for each step.
pub(crate) fn tell(state: &State) -> String {
    let mut story = made(state);
    if state.events.earlier() > 0 {
        let _ = writeln!(story, "  … {} steps before these", state.events.earlier());
    }
    for event in state.events.last() {
        let line = line(state, event.place).unwrap_or_default();
        let who = name(event.who);
        let _ = writeln!(story, "  {who:<11} {line:<9} {}", does(state, &event.step));
    }
    story
}

/// What was made in which line, a line for each thing.
pub(crate) fn made(state: &State) -> String {
    let mut story = String::new();
    for (thing, place) in state.made.first() {
        if let Some(line) = line(state, place) {
            let _ = writeln!(story, "  {} is made in {line}", self::thing(state, *thing));
        }
    }
    if state.made.more() > 0 {
        let _ = writeln!(story, "  … and {} more are made", state.made.more());
    }
    story
}

/// The complaint about a thread that makes this step again and again.
pub(crate) fn spins(state: &State, who: Who, place: Place, step: &Step) -> String {
    let line = line(state, place).map(|line| format!(" ({line})")).unwrap_or_default();
    let (name, does) = (name(who), does(state, step));
    format!(
        "it spins: {name}{line} {does}, again and again, and meanwhile nothing changes. Who \
         waits in a loop keeps a core busy, and a loop that waits for its turn is a lock. Can it \
         be done in one step? Or can the thread sleep until it is told?"
    )
}

/// Who waits for what, a line for each thread that does.
pub(crate) fn who_waits(state: &State) -> String {
    let mut waits = String::new();
    for (who, thread) in
        state.threads.iter().enumerate().filter(|(_, thread)| !thread.ended)
    {
        let held: Vec<_> = thread.holds.iter().map(|held| thing(state, *held)).collect();
        let held = held.join(" and ");
        let held = if held.is_empty() { held } else { format!("holds {held} and ") };
        let Some((wait, place)) = &thread.waits else { continue };
        let place = place
            .map_or_else(String::new, |place: Place| format!(" (line {})", place.line()));
        let _ = writeln!(
            waits,
            "  {} {held}waits for {}{place}",
            name(who),
            waits_for(state, wait)
        );
    }
    waits
}

/// The line of a place in the answer's own file; elsewhere, a line says nothing to anybody.
pub(crate) fn line(state: &State, place: Place) -> Option<String> {
    (place.file() == state.check.file()).then(|| format!("line {}", place.line()))
}

pub(crate) fn name(who: Who) -> String {
    match who {
        0 => "the caller".into(),
        who => format!("thread {who}"),
    }
}

/// What a thing is called: its kind, and which one of these it was to be made in this run.
pub(crate) fn thing(state: &State, thing: Thing) -> String {
    let kind = match thing.kind {
        Kind::Lock => "lock",
        Kind::Condvar => "condvar",
        Kind::Atomic => "atomic",
        Kind::Channel => "channel",
        Kind::Plain => "place",
    };
    let mut alike = state.made.first().filter(|(made, _)| made.kind == thing.kind);
    match alike.position(|(made, _)| *made == thing) {
        Some(before) => format!("{kind} {}", before + 1),
        None if state.made.more() > 0 => format!("one of many {kind}s"),
        None => format!("a {kind} from elsewhere"),
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

pub(crate) fn waits_for(state: &State, wait: &Wait) -> String {
    let thing = |of: &Thing| thing(state, *of);
    match wait {
        Wait::For(of) if of.kind == Kind::Channel => {
            format!("a message in {}", thing(of))
        }
        Wait::For(of) if of.kind == Kind::Condvar => {
            format!("{} and its lock", thing(of))
        }
        Wait::For(of) => thing(of),
        Wait::Room(of) => format!("room in {}", thing(of)),
        Wait::Join(who) => format!("the end of {}", name(*who)),
        Wait::Child(child) => format!("the end of child {child}"),
        Wait::Writing(child) => format!("child {child} to read what it writes"),
        Wait::Reading(child) => format!("child {child} to print something, or to end"),
        Wait::Scope => "the threads of its scope".into(),
        Wait::Events(enough, what) => format!("{enough} {what}"),
    }
}

pub(crate) fn does(state: &State, step: &Step) -> String {
    let thing = |of: &Thing| thing(state, *of);
    match step {
        Step::Starts(who) => format!("starts {}", name(*who)),
        Step::Ends => "ends".into(),
        Step::Panics => "panics".into(),
        Step::Joins(who) => format!("joins {}", name(*who)),
        Step::Takes(lock) => format!("takes {}", thing(lock)),
        Step::WaitsForItself(lock) => {
            let lock = thing(lock);
            format!("takes {lock} once more, and panics instead of waiting for itself")
        }
        Step::Releases(lock) => format!("releases {}", thing(lock)),
        Step::Sleeps(condvar) => format!("goes to sleep on {}", thing(condvar)),
        Step::Wakes(condvar) => format!("wakes up on {}", thing(condvar)),
        Step::WakesForNothing(condvar) => {
            let condvar = thing(condvar);
            format!("wakes up on {condvar} for no reason, as may happen at any time")
        }
        Step::Notifies(condvar) => format!("notifies {}", thing(condvar)),
        Step::Reads(atomic, value) => format!("reads {value} from {}", thing(atomic)),
        Step::ReadsOlder(atomic, value) => format!(
            "reads {value} from {}: an older value, since nothing says that it comes after the \
             store of the newer one",
            thing(atomic)
        ),
        Step::Writes(atomic, value) => format!("writes {value} to {}", thing(atomic)),
        Step::Changes(atomic, from, to) => {
            format!("changes {} from {from} to {to}", thing(atomic))
        }
        Step::Expected(atomic, expected, found) => {
            format!("expects {expected} in {} and finds {found}", thing(atomic))
        }
        Step::Sends(channel) => format!("sends into {}", thing(channel)),
        Step::Receives(channel) => format!("receives from {}", thing(channel)),
        Step::FindsEmpty(channel) => format!("finds no message in {}", thing(channel)),
        Step::FindsRunning(who) => format!("finds that {} still runs", name(*who)),
        Step::Yields => "lets others run".into(),
        Step::ReadsPlain(place) => format!("reads {}", thing(place)),
        Step::WritesPlain(place) => format!("writes {}", thing(place)),
        Step::StartsChild(child, name) => format!("starts child {child}: {name}"),
        Step::KillsChild(child) => format!("kills child {child}"),
        Step::ReapsChild(child) => format!("waits for child {child}, which has ended"),
    }
}
