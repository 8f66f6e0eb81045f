//! Runs an answer and counts what it does.

use std::panic::Location;
use std::sync::Arc;

use crate::record::{self, Record};

/// What an answer returned, and what it did meanwhile. The thread that called it doesn't
/// count.
#[derive(Clone, Debug)]
pub struct Seen<T> {
    /// What the answer returned.
    pub value: T,
    /// How many threads it started.
    pub threads: usize,
    /// How many of them ran at once, at most.
    pub threads_at_once: usize,
    /// How many of them nobody had joined when it returned.
    pub unjoined: usize,
    /// The type of what each of them returns, as [`std::any::type_name`] has it.
    pub returns: Vec<&'static str>,
    /// How many times a lock was taken.
    pub locks: usize,
    /// How many locks one thread held at once, at most.
    pub locks_at_once: usize,
    /// How many steps asked for `SeqCst`.
    pub strongest: usize,
    /// How many steps both read and wrote an atomic.
    pub changes: usize,
    /// How many times a [`Plain`](crate::Plain) was read or written.
    pub plain: usize,
    /// How many child processes it started.
    pub children: usize,
    /// How many of them were alive, or not yet waited for, at once, at most.
    pub children_at_once: usize,
    /// How many of them it killed.
    pub killed: usize,
    /// How many of them nobody had waited for when it returned.
    pub unreaped: usize,
}

/// Runs `answer` and returns what was seen. Inside of [`explore`](crate::explore), the counts begin
/// anew for each schedule.
///
/// # Panics
///
/// When `answer` does, and when it is watched already: the counts are the check's.
#[track_caller]
pub fn watch<T>(answer: impl FnOnce() -> T) -> Seen<T> {
    let place = Location::caller();
    let current = record::current();
    let (record, _membership) = match current {
        Some((record, _)) => (record, None),
        None => {
            let record = Record::new(place);
            let membership = record::join_run(Arc::clone(&record), 0);
            (record, Some(membership))
        }
    };
    let nested = std::mem::replace(&mut record.state().watched, true);
    assert!(!nested, "an answer that is watched calls `watch` itself: only a check does");
    record.reset();
    let living = record.state().counts.living;
    let value = answer();
    record.state().watched = false;
    let counts = record.state().counts.clone();
    Seen {
        value,
        threads: counts.threads,
        threads_at_once: counts.threads_at_once,
        unjoined: counts.unjoined,
        returns: counts.returns,
        locks: counts.locks,
        locks_at_once: counts.locks_at_once,
        strongest: counts.strongest,
        changes: counts.changes,
        plain: counts.plain,
        children: counts.children,
        children_at_once: counts.children_at_once,
        killed: counts.killed,
        unreaped: counts.living.saturating_sub(living),
    }
}

/// Which thread of its run this is: 0 is the one that called the answer, and the others are numbered
/// in the order in which they were started. It is 0 where nothing is watched.
pub fn who() -> usize {
    record::current().map_or(0, |(_, who)| who)
}
