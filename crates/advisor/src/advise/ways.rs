//! What each way would bring to a program of each shape, at worst and at best. Nothing, where that can't be known from
//! outside.

use super::shape::{HAND_OVER, has_lock, times_at_once};
use super::times::{Times, amdahl, from_times, rest};
use super::{AT_ONCE, Choice, Interval, Told, UNDIVIDED};
use crate::account::Account;
use crate::classify::Language;
use crate::machine::Machine;
use crate::state::State;

/// What is lost where several compute at once: unequal pieces, and cores that share a cache.
pub(super) const LOSS: f64 = 1.08;

/// So many at once does a disk gain from, at best.
pub(super) const DISK: f64 = 8.0;

/// Of what is computed, so much can be handing over, at least and at most.
const FUTILE: (f64, f64) = (0.6, 0.95);

/// Memory that no cache holds. Whoever goes through more may find that one core uses up what all have together.
const LARGE: f64 = 64e6;

pub(super) type Found = Option<(Interval, String)>;

pub(super) fn single(
    choice: Choice,
    account: &Account,
    times: &Times,
    machine: &Machine,
    told: Told,
) -> Found {
    let n = times.cores;
    let (few, many) = times.at_once;
    let rest = rest(times);
    let work = (times.compute - times.first).max(0.0);
    let first = times.compute - work;
    let (locked_best, locked_worst) =
        (times.locked.0.min(work), times.locked.1.min(work));
    // The waits of one thread, by several.
    let waiting =
        (times.waits / few + times.disk, times.waits / many + times.disk / DISK);
    let pieces = told.pieces.map(|pieces| pieces.max(1) as f64);
    let by = pieces.map_or(n, |pieces| pieces.min(n));
    let undivided = match pieces {
        Some(1.0) => 1.0,
        // Of few pieces, one may be much larger than the others.
        Some(pieces) => 0.1 + (1.0 / pieces).sqrt().min(UNDIVIDED),
        None => UNDIVIDED,
    };
    let shares_memory = !has_lock(&account.language) && account.memory > LARGE;
    let python = matches!(account.language, Language::Python { .. });
    let cost = |rust: &str, in_python: &str| {
        machine
            .cost(if python { in_python } else { rust })
            .map_or(0.0, |cost| cost.seconds)
    };
    let task =
        cost("a task by itself, to a pool", "a task by itself, to a pool in Python");
    let chunk = cost("a task in a chunk", "a task in a chunk, in Python");
    let pool = cost("starting a process", "starting a pool in Python")
        * if python { 1.0 } else { n };
    let percent = |part: f64| format!("{:.0}%", 100.0 * part / times.all);
    let (computing, waits) = (percent(times.compute), percent(times.waits + times.disk));
    Some(match choice {
        Choice::Leave | Choice::OneAfterTheOther => (
            Interval { low: 1.0, high: 1.0 },
            "It does one thing after the other now.".into(),
        ),
        Choice::Threads => {
            let lets_go = work - locked_worst;
            let best = first + rest + (locked_best.max(work / by)).max(waiting.1);
            let worst = if has_lock(&account.language) {
                // What the lock's holder computes nobody else does; and whoever waits for it comes late.
                let divided = if lets_go > 0.6 * work {
                    amdahl(lets_go, undivided.min(0.15), by) * LOSS
                } else {
                    lets_go
                };
                first + rest + locked_worst * 1.15 + divided + waiting.0
            } else if pieces.is_some() {
                let wakes = pieces.unwrap_or(1.0)
                    * machine.cost("a task in a chunk").map_or(0.0, |c| c.seconds);
                let divided = match shares_memory {
                    true => work,
                    false => amdahl(work, undivided, by),
                };
                first + rest + divided * LOSS + wakes + waiting.0
            } else {
                first + rest + work * 1.05 + waiting.0
            };
            let because = format!(
                "It computes {computing} of the time{}{}.",
                if has_lock(&account.language) {
                    format!(
                        " ({} to {} of the whole holding the interpreter's lock, so one at a time)",
                        percent(locked_best),
                        percent(locked_worst)
                    )
                } else {
                    format!(", which {by:.0} cores divide")
                },
                if times.waits + times.disk > 0.01 * times.all {
                    format!(
                        ", and waits {waits}, which up to {many:.0} threads do at once"
                    )
                } else {
                    String::new()
                }
            );
            (from_times(times, worst, best), because)
        }
        Choice::Async => {
            let best = first + rest + work.max(waiting.1);
            let worst = first + rest + work * 1.1 + waiting.0;
            let because = format!(
                "It waits {waits} of the time, which tasks do at once; {computing} is computing, which they don't."
            );
            (from_times(times, worst, best), because)
        }
        Choice::PoolInChunks | Choice::Processes | Choice::ProcessesThatFetch => {
            // Each worker waits for itself.
            let divisible = work + times.waits;
            let disk = (times.disk, times.disk / n);
            let best = first + rest + pool + divisible / by + disk.1;
            let each = if choice == Choice::Processes { task } else { chunk };
            let sending = match pieces {
                Some(pieces) => pieces * each,
                // Pieces may be as short as a message takes.
                None if choice == Choice::Processes && times.waits < 0.3 * times.all => {
                    work
                }
                None => 0.0,
            };
            let divided = match shares_memory {
                true => divisible,
                false => amdahl(divisible, undivided, by),
            };
            let worst = first + rest + pool + divided * LOSS + sending + disk.0;
            let because = format!(
                "{} of the time can be divided among {by:.0} processes at best, and {:.0}% of that at worst.",
                percent(divisible),
                100.0 * (1.0 - undivided)
            );
            (from_times(times, worst, best), because)
        }
        Choice::Both => {
            let best = first + rest + pool + (work / by).max(waiting.1);
            let worst = first
                + rest
                + pool
                + amdahl(work, undivided, by) * LOSS
                + waiting.0.min(times.waits / 2.0 + times.disk);
            let because = format!(
                "Threads share the waiting ({waits}), and {by:.0} processes the computing ({computing})."
            );
            (from_times(times, worst, best), because)
        }
        Choice::CannotTell => return None,
    })
}

/// Programs that are started one by one: threads that wait for them are all that is needed.
pub(super) fn commands(choice: Choice, account: &Account, times: &Times) -> Found {
    let n = times.cores;
    // In the children; what the parent does itself it does alone.
    let share = account.elsewhere / account.computed.max(1e-9);
    let children = times.compute * share;
    let parent = times.all - children - times.waits;
    let waits = (times.waits / times.at_once.0, times.waits / times.at_once.1);
    let because = format!(
        "{:.0}% of the time is computing in {} other processes, one at a time; {n:.0} at once would use all cores.",
        100.0 * children / times.all,
        account.processes_started
    );
    let best = children / n + parent.max(0.0) / n + waits.1;
    let worst = amdahl(children, 0.15, n) * LOSS + parent.max(0.0) * 1.1 + waits.0;
    Some(match choice {
        Choice::Leave | Choice::OneAfterTheOther => (
            Interval { low: 1.0, high: 1.0 },
            "It starts one after the other now.".into(),
        ),
        Choice::Threads | Choice::Async | Choice::Both => {
            (from_times(times, worst, best), because)
        }
        Choice::PoolInChunks | Choice::Processes | Choice::ProcessesThatFetch => {
            (from_times(times, worst * 1.05, best), because)
        }
        Choice::CannotTell => return None,
    })
}

/// Threads that stand in line for the interpreter's lock.
pub(super) fn in_line(choice: Choice, account: &Account, times: &Times) -> Found {
    let n = times.cores;
    let lock = account.threads[State::Lock] + account.threads[State::Gil];
    // Computing that only the lock makes necessary: handing it over.
    let turns = if lock > 0.1 * times.all { account.waits as f64 } else { 0.0 };
    let futile = (
        (turns * HAND_OVER.0).min(FUTILE.0 * times.compute),
        (turns * HAND_OVER.1).min(FUTILE.1 * times.compute),
    );
    let waits = times.waits;
    let useful = (times.compute - futile.1, times.compute - futile.0);
    let rest = rest(times);
    let seconds = tour::format::nanoseconds;
    let percent = |share: f64| format!("{:.0}%", 100.0 * share);
    let because = format!(
        "Threads computed for {}, {:.2} at once; they waited {} for the interpreter's lock, and {} for each other; {} \
         to {} of what they computed was handing over.",
        seconds(account.computed * 1e9),
        account.parallelism,
        seconds(account.threads[State::Gil] * 1e9),
        seconds(account.threads[State::Lock] * 1e9),
        percent(futile.0 / times.compute.max(1e-9)),
        percent(futile.1 / times.compute.max(1e-9))
    );
    Some(match choice {
        Choice::Leave | Choice::Threads => {
            (Interval { low: 1.0, high: 1.0 }, "It has threads now.".into())
        }
        Choice::OneAfterTheOther => {
            // What they waited for at once, one waits for again and again.
            let at_once = times_at_once(account);
            let worst = useful.1 + waits * at_once + rest + times.disk;
            (from_times(times, worst, useful.0 * 0.9 + waits), because)
        }
        Choice::Async => {
            let worst = useful.1 * 1.1 + waits + rest;
            (from_times(times, worst, useful.0 * 0.9 + rest), because)
        }
        Choice::PoolInChunks
        | Choice::Processes
        | Choice::ProcessesThatFetch
        | Choice::Both => {
            let waits = if choice == Choice::Both { waits } else { waits * 1.2 };
            let best =
                (useful.0 / n).max(if choice == Choice::Both { waits } else { 0.0 });
            let worst = amdahl(useful.1, UNDIVIDED, n) * LOSS + waits + rest + times.disk;
            (from_times(times, worst, best * 0.95 + 0.01), because)
        }
        Choice::CannotTell => return None,
    })
}

/// Workers, and what they cost.
pub(super) fn pool(choice: Choice, account: &Account, times: &Times) -> Found {
    let n = times.cores;
    let stretch = times.stretch;
    let parent = (account.computed - account.elsewhere).max(0.0) * stretch;
    let (workers, system) = (account.elsewhere * stretch, account.system * stretch);
    // What grows later, with workers, is what waits for them.
    let first = account.alone * stretch;
    // What the parent does beside loading is for the workers, and they do as much for it, at worst nothing.
    let handing = (parent - first).max(0.0);
    let turns = account.turns as f64 * stretch;
    let worst = (workers + 0.3 * handing - 0.4 * system)
        .min(workers - turns * HAND_OVER.0)
        .max((1.0 - FUTILE.0) * workers);
    // Whatever the system does throws others' data out of the caches; so it costs more than it takes.
    let best = (workers - handing - 1.15 * system).max(0.15 * workers);
    let best = best.min(workers - turns * HAND_OVER.1).max((1.0 - FUTILE.1) * workers);
    let seconds = |s: f64| tour::format::nanoseconds(s * 1e9);
    let because = format!(
        "Workers compute for {} in all, their parent for {}; {} is the system's: copying and starting.",
        seconds(workers),
        seconds(parent),
        seconds(system)
    );
    Some(match choice {
        Choice::Leave | Choice::Processes => {
            (Interval { low: 1.0, high: 1.0 }, "It has workers now.".into())
        }
        Choice::OneAfterTheOther => {
            (from_times(times, first + worst, first + best), because)
        }
        Choice::Threads if has_lock(&account.language) => {
            (from_times(times, first + worst * 1.15, first + best), because)
        }
        Choice::Async => (from_times(times, first + worst * 1.1, first + best), because),
        Choice::Threads
        | Choice::PoolInChunks
        | Choice::ProcessesThatFetch
        | Choice::Both => {
            let worst = first + (worst / n * 1.2).max(0.0);
            (from_times(times, worst.min(times.all), first + best / n), because)
        }
        Choice::CannotTell => return None,
    })
}

/// Several at once, and nothing in their way.
pub(super) fn several(choice: Choice, account: &Account, times: &Times) -> Found {
    let n = times.cores;
    let because = format!(
        "It keeps {:.1} of {n:.0} cores busy while it computes, which is {:.0}% of the time.",
        account.demand,
        100.0 * times.compute / times.all
    );
    // At best, all cores from now on.
    let computed = account.computed * times.stretch;
    let full = computed / n + times.waits / AT_ONCE + times.disk / DISK;
    Some(match choice {
        Choice::Leave => (Interval { low: 1.0, high: 1.0 }, because),
        Choice::OneAfterTheOther => {
            let worst = computed + times.waits * times_at_once(account) + times.disk;
            (from_times(times, worst, computed * 0.9), because)
        }
        Choice::CannotTell => return None,
        _ => (from_times(times, times.all * 1.1, full.min(times.all)), because),
    })
}
