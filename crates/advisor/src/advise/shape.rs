//! What a program is like, before anybody thinks of what to do.

use crate::account::{Account, Io};
use crate::classify::Language;
use crate::state::State;

/// Seconds on a core that handing over takes, a lock or a small message, at least and at most: somebody is woken, on a
/// core perhaps that sleeps, and finds its data in another one's cache.
pub(super) const HAND_OVER: (f64, f64) = (4e-6, 20e-6);

/// What the program is like, before anybody thinks of what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One thing after the other, in one thread.
    Single,
    /// The same, but most of the computing is done by programs that it starts and waits for, one by one.
    Commands,
    /// Threads that stand in line for a lock: that of their interpreter, or one that they take very often.
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
        // What is done one after the other keeps no more than one core busy, whether it is seen or not.
        return if used(account) < 1.2 { Shape::Commands } else { Shape::Several };
    }
    // One thread that waits for the lock now and then, beside one that computes, is no line.
    if has_lock(&account.language)
        && account.elsewhere < 0.25 * compute
        // On a busy machine, one who has just been given the lock waits for a core.
        && (account.demand < 1.4 || account.code.is_some_and(|code| code.interpreter > 0.6))
        && account.largest < NEARLY_ALL
        && account.busy > 1
    {
        return Shape::InLine;
    }
    if !has_lock(&account.language) && fights(account) {
        return Shape::InLine;
    }
    let workers = (account.most.0 > 2 || per_item) && account.elsewhere > 0.25 * compute;
    if workers && overhead(account) > 0.2 {
        return Shape::Pool;
    }
    let computes = account.wall[State::Computing] + account.wall[State::NoCore];
    // One that hardly computes, and that it waits for by the network, is a server that it asks.
    let server = account.largest > NEARLY_ALL
        && account.wall[State::Network] > 0.2 * account.seconds;
    let beside = !per_item
        && !server
        && account.others * account.accompanied > 0.5
        && computes > 0.5 * account.seconds;
    // In one thread, tasks wait at once, and don't compute at once.
    let threads_wait =
        times_at_once(account) > ALREADY && account.most.1 > account.most.0;
    if account.busy > 1 || workers || beside || account.demand > 1.25 || threads_wait {
        return Shape::Several;
    }
    Shape::Single
}

/// How many cores the program kept busy on average while it ran, with all children that it has waited for.
pub(super) fn used(account: &Account) -> f64 {
    account.computed / account.seconds.max(1e-6)
}

/// Whether threads wait for each other so often, each time for a moment, that handing over is a good part of what they do.
fn fights(account: &Account) -> bool {
    // One of them may only wait for the others' end.
    let waiting = account.threads[State::Lock] - account.seconds;
    account.busy > 1
        && account.elsewhere < 0.25 * account.computed
        && waiting > 0.2 * account.computed
        && account.turns as f64 * HAND_OVER.0 > 0.05 * account.computed
}

/// Of the computing of a program with workers, the share that isn't done by them, or is the system's: handing
/// out and collecting, copying, starting. Where workers get few messages, and small ones, and few are started, the system's share is
/// a part of their work.
pub(super) fn overhead(account: &Account) -> f64 {
    let compute = account.computed.max(1e-9);
    let parent = (compute - account.elsewhere - account.alone).max(0.0);
    let chats = account.turns as f64 * HAND_OVER.1 > 0.1 * compute;
    let sends = account.io.is_some_and(|io| large_messages(account, io));
    let starts = account.processes_started >= 8;
    let system = if chats || sends || starts { account.system } else { 0.0 };
    ((parent + system) / compute).min(1.0)
}

/// Whether what travels weighs more than how often.
pub(super) fn large_messages(account: &Account, io: Io) -> bool {
    let bytes = io.read + io.written - io.disk_read - io.disk_written;
    bytes / io.calls.max(1.0) > 8e3 && bytes / account.seconds.max(1e-6) > 20e6
}

/// Whoever does this share of all computing works alone.
const NEARLY_ALL: f64 = 0.8;

/// Whoever waits for more than so many at once has arranged for it.
pub(super) const ALREADY: f64 = 1.5;

/// How many waited at once, on average, for what comes from outside.
pub(super) fn times_at_once(account: &Account) -> f64 {
    let (mut waiters, mut wall) = (0.0, 0.0);
    for state in [State::Network, State::Timer] {
        waiters += account.waiters[state];
        wall += account.wall[state];
    }
    if wall > 0.0 { (waiters / wall).max(1.0) } else { 1.0 }
}
