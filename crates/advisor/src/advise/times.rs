//! The times of which an estimate is made, and what dividing makes of them.

use super::shape::{ALREADY, has_lock, times_at_once};
use super::{AT_ONCE, Interval};
use crate::account::Account;
use crate::classify::Language;
use crate::state::State;

/// So many at once does a site bear at least that isn't limited by its line.
pub(super) const AT_LEAST: f64 = 4.0;

/// Two runs of one program differ by so much, on a machine that does nothing else.
const NOISE: f64 = 1.03;

/// Times of which an estimate is made, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// As watched.
    pub(super) all: f64,
    /// Somebody computed.
    pub(super) compute: f64,
    /// Of it, in children that were too short to be seen while somebody waited for them.
    pub(super) unseen: f64,
    /// Of the computing, what nobody else can do at the same time, at best and at worst: it holds a lock.
    pub(super) locked: (f64, f64),
    /// The first part, which isn't divided: starting, and loading.
    pub(super) first: f64,
    /// Waits for others who may answer several at once, and how many at worst and best.
    pub(super) waits: f64,
    pub(super) at_once: (f64, f64),
    /// Waits for a disk.
    pub(super) disk: f64,
    pub(super) cores: f64,
    /// How much longer everything takes because others use the cores, too.
    pub(super) stretch: f64,
}

pub(super) fn times(account: &Account) -> Times {
    let all = account.seconds.max(1e-6);
    let wall = &account.wall;
    // Children too short to be seen: somebody waited for them, and they computed.
    let unseen =
        account.unseen.min(wall[State::Child] + wall[State::Pipe] + wall[State::Other]);
    let compute = (wall[State::Computing] + wall[State::NoCore] + unseen).min(all);
    let waits = wall[State::Network] + wall[State::Timer];
    let sockets = account.sockets.map(|sockets| sockets as f64);
    // A page comes in a few pieces. What comes in very many is limited by the line, perhaps.
    let large = sockets.is_some_and(|sockets| account.waits as f64 / sockets > 20.0);
    let most = sockets.filter(|sockets| *sockets >= 2.0).unwrap_or(AT_ONCE).min(AT_ONCE);
    let least = if large { 1.0 } else { AT_LEAST.min(most) };
    // Tasks in one thread wait for many already.
    let (least, most) =
        if times_at_once(account) > ALREADY { (1.0, 1.0) } else { (least, most) };
    let locked = match (has_lock(&account.language), account.code) {
        (false, _) => (0.0, 0.0),
        (true, None) => (0.0, compute),
        (true, Some(shares)) => {
            let own =
                (account.computed - account.system).max(0.0) / account.computed.max(1e-9);
            // In the system's code, the lock has mostly been let go; in a library that isn't known, it may have been.
            let unknown = (1.0 - shares.interpreter - shares.lets_go).max(0.0);
            let least = own * shares.interpreter;
            let most = own * (shares.interpreter + unknown) + 0.5 * (1.0 - own);
            (least * compute, most * compute)
        }
    };
    let python = matches!(account.language, Language::Python { .. });
    let start: f64 = if python { 0.02 } else { 0.001 };
    Times {
        all,
        compute,
        unseen,
        locked,
        first: start.max(account.loading).min(all),
        waits,
        at_once: (least, most.max(1.0)),
        disk: wall[State::Disk],
        cores: account.cores.max(1.0),
        stretch: stretch(account),
    }
}

/// How much longer computing takes because other programs use the cores, too: what is done another way will suffer the
/// same. A program that has more to do than cores waits for itself, which doesn't count.
pub(super) fn stretch(account: &Account) -> f64 {
    let (computing, ready) =
        (account.threads[State::Computing], account.threads[State::NoCore]);
    let wall = account.wall[State::Computing] + account.wall[State::NoCore];
    if computing <= 0.0 || wall <= 0.0 {
        return 1.0;
    }
    let used = computing / wall;
    (1.0 + ready / computing).min((account.cores / used).max(1.0))
}

/// From times at worst and at best to how many times as fast.
pub(super) fn from_times(times: &Times, worst: f64, best: f64) -> Interval {
    let (worst, best) = (worst.max(1e-6), best.max(1e-6));
    Interval {
        low: times.all / worst.max(best) / NOISE,
        high: times.all / best.min(worst) * NOISE,
    }
}

/// What is neither computing nor a wait that several can share: nobody gains anything there.
pub(super) fn rest(times: &Times) -> f64 {
    (times.all - times.compute - times.waits - times.disk).max(0.0)
}

// ANCHOR: amdahl
/// Amdahl's law: how long `work` takes on `by` cores, if the share `undivided` of it can't be divided.
pub(super) fn amdahl(work: f64, undivided: f64, by: f64) -> f64 {
    work * (undivided + (1.0 - undivided) / by)
}
// ANCHOR_END: amdahl
