//! What a thread does and what it waits for, and what both are about: threads, things, values, and places
//! in the code.

use std::panic::Location;

/// The number of a thread in its run; 0 is the one that called the answer.
pub(crate) type Who = usize;

pub(crate) type Place = &'static Location<'static>;

/// A lock, an atomic or another thing that was made. No other thing in this process is equal to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thing {
    pub(crate) kind: Kind,
    pub(crate) id: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Lock,
    Condvar,
    Atomic,
    Channel,
    Plain,
}

/// A value that an atomic held.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) enum Value {
    Number(i128),
    Truth(bool),
}

/// A step of a thread.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Starts(Who),
    Ends,
    Panics,
    Joins(Who),
    Takes(Thing),
    WaitsForItself(Thing),
    Releases(Thing),
    Sleeps(Thing),
    Wakes(Thing),
    WakesForNothing(Thing),
    Notifies(Thing),
    Reads(Thing, Value),
    /// It reads this value, although a newer one was stored already.
    ReadsOlder(Thing, Value),
    Writes(Thing, Value),
    Changes(Thing, Value, Value),
    Expected(Thing, Value, Value),
    Sends(Thing),
    Receives(Thing),
    FindsEmpty(Thing),
    FindsRunning(Who),
    Yields,
    ReadsPlain(Thing),
    WritesPlain(Thing),
    StartsChild(usize, String),
    KillsChild(usize),
    ReapsChild(usize),
}

/// What a thread waits for.
#[derive(Clone, Debug)]
pub(crate) enum Wait {
    For(Thing),
    Room(Thing),
    Join(Who),
    Child(usize),
    Writing(usize),
    Reading(usize),
    Scope,
    /// For so many [`Events`](crate::Events), and what these are.
    Events(usize, &'static str),
}
