//! What a program is like, before anybody thinks of what to do.

use crate::account::Account;
use crate::classify::Language;
use crate::state::State;

/// What the program is like, before anybody thinks of what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One thing after the other, in one thread.
    Single,
    /// The same, but most of the computing is done by programs that it starts and waits for, one by one.
    Commands,
    /// Threads that stand in line for the lock of their interpreter.
    InLine,
    /// Processes that do the work, and one that hands it out: many small messages, or large ones, or many starts.
    Pool,
    /// Several threads or processes, whatever they do.
    Several,
}

/// Whether all threads of a program need one lock to compute.
pub(super) fn has_lock(language: &Language) -> bool {
    matches!(language, Language::Python { gil: true, .. } | Language::Locked(_))
}

pub(super) fn shape(account: &Account) -> Shape {
    let compute = account.computed.max(1e-9);
    let started = account.processes_started as f64;
    let per_item = started >= 8.0 && account.elsewhere > 0.25 * compute;
    // Whoever waits for a child that is too short to be seen computes in it.
    if per_item && account.others < 1.3 && account.demand < 1.4 {
        return Shape::Commands;
    }
    // One thread that waits for the lock now and then, beside one that computes, is no line.
    if has_lock(&account.language)
        && account.elsewhere < 0.25 * compute
        // On a busy machine, one who has just been given the lock waits for a core.
        && (account.demand < 1.4 || account.code.is_some_and(|code| code.interpreter > 0.6))
        && account.largest < 0.8
        && account.busy > 1
    {
        return Shape::InLine;
    }
    let workers = (account.most.0 > 2 || per_item) && account.elsewhere > 0.25 * compute;
    if workers && overhead(account) > 0.2 {
        return Shape::Pool;
    }
    let computes = account.wall[State::Computing] + account.wall[State::NoCore];
    let beside = !per_item && account.others > 0.8 && computes > 0.5 * account.seconds;
    if account.busy > 1
        || workers
        || beside
        || account.demand > 1.25
        || times_at_once(account) > 1.5
    {
        return Shape::Several;
    }
    Shape::Single
}

/// Of the computing of a program with workers, the share that isn't done by them, or is the system's: handing
/// out and collecting, copying, starting.
pub(super) fn overhead(account: &Account) -> f64 {
    let compute = account.computed.max(1e-9);
    let parent = (compute - account.elsewhere).max(0.0);
    ((parent + account.system) / compute).min(1.0)
}

/// How many waited at once, on average, for what comes from outside.
pub(super) fn times_at_once(account: &Account) -> f64 {
    let (mut waiters, mut wall) = (0.0, 0.0);
    for state in [State::Network, State::Timer] {
        waiters += account.waiters[state];
        wall += account.wall[state];
    }
    if wall > 0.0 { (waiters / wall).max(1.0) } else { 1.0 }
}
