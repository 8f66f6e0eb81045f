//! Runs an answer and counts what it does.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::cores;
use crate::record::{self, Record};
use crate::state::Thread;
use crate::step::Wait;

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
    /// How long the thread that called it was on a core meanwhile: no time by the clock, so it is as
    /// long on a busy machine. It is 0 in a run under [`explore`](crate::explore), and on Windows.
    pub computed_by_caller: Duration,
    /// As `computed_by_caller`, for all threads that have ended, together.
    pub computed_by_threads: Duration,
    /// As `computed_by_threads`, but only while a thread held a lock.
    pub computed_with_locks: Duration,
    /// The type of what each of them returns, as [`std::any::type_name`] has it.
    pub returns: Vec<&'static str>,
    /// How many times a lock was taken; also the one that is part of a channel, of a
    /// [`OnceLock`](crate::sync::OnceLock), or of [`Events`](crate::Events).
    pub locks: usize,
    /// How many locks one thread held at once, at most.
    pub locks_at_once: usize,
    /// How many steps asked for `SeqCst`.
    pub strongest: usize,
    /// How many steps both read and wrote an atomic.
    pub changes: usize,
    /// How many steps read or wrote an atomic, or both.
    pub atomics: usize,
    /// How many times a thread has called [`yield_now`](crate::thread::yield_now).
    pub yields: usize,
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
    let before = cores::computed();
    let value = answer();
    let computed = cores::computed().saturating_sub(before);
    record.state().watched = false;
    let counts = record.state().counts.clone();
    Seen {
        value,
        threads: counts.threads,
        threads_at_once: counts.threads_at_once,
        unjoined: counts.unjoined,
        computed_by_caller: if record::explored() { Duration::ZERO } else { computed },
        computed_by_threads: counts.computed,
        computed_with_locks: counts.computed_with_locks,
        returns: counts.returns,
        locks: counts.locks,
        locks_at_once: counts.locks_at_once,
        strongest: counts.strongest,
        changes: counts.changes,
        atomics: counts.atomics,
        yields: counts.yields,
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

/// Whether a thread of this run waits for the end of a child, or for what it prints.
pub fn waits_for_child() -> bool {
    let waits = |thread: &Thread| {
        matches!(thread.waits, Some((Wait::Child(_) | Wait::Reading(_), _)))
    };
    record::current().is_some_and(|(record, _)| record.state().threads.iter().any(waits))
}

/// How many times somebody in this run has looked with
/// [`try_wait`](crate::process::Child::try_wait) whether a child has ended, and it hadn't. It is 0 where
/// nothing is watched.
pub fn looks() -> usize {
    record::current().map_or(0, |(record, _)| record.state().looks)
}

/// How many times the threads of this process have given back their core so far because they had to wait: for a time,
/// a lock, or a child. Whoever only lets others go first, as with `yield_now`, isn't counted. It is 0 where the system
/// doesn't say.
pub fn sleeps() -> usize {
    cores::sleeps()
}
