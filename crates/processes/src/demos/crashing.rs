use std::io::Write;

use processes::crashing::{FAILURES, PLACES, Seen, observe};
use processes::{orphans, stopping};
use tour::{Outcome, Stage, Table, format, spare};

/// The most threads and processes of a scene, which the system counts together: the scene and its
/// victim, in each of them a thread that watches its parent, and a thread that fails.
const AT_THE_SCENE: usize = 5;

pub(crate) fn crash(stage: &mut Stage) -> Outcome {
    spare::threads(AT_THE_SCENE)?;
    let [(thread, _), (process, _)] = PLACES;
    let others = |place| format!("{place}, the others …");
    let mut table = Table::of_words(["", &others(thread), &others(process)]);
    for (failure, _) in FAILURES {
        let cell = |place| {
            observe(failure, place).map(|seen| match seen {
                Seen::Survived(learned) => format!("live; {learned}"),
                Seen::NobodyLeft(learned) => format!("DIE, TOO; {learned}"),
            })
        };
        table.row([failure, &cell(thread)?, &cell(process)?]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn stop(stage: &mut Stage) -> Outcome {
    spare::threads(1)?;
    let flag = stopping::by_flag();
    let killed = stopping::by_kill()?;
    let mut table = Table::new(["a busy loop", "from request to stopped"]);
    table.row(["in a thread that looks at a flag", &format::time(flag)]);
    table.row(["in a process that is killed", &format::time(killed)]);
    write!(stage, "{table}")?;
    by_force(stage)
}

/// How many threads are parked while they work.
#[cfg(target_os = "linux")]
const PARKED: usize = 100;

#[cfg(target_os = "linux")]
fn by_force(stage: &mut Stage) -> Outcome {
    use processes::stopping::by_force::{
        Aftermath, FORCES, Left, by_force, locks_left_locked,
    };

    // The threads that are parked, the one that parks them, and the one that watches the parent.
    spare::threads(PARKED + 2)?;
    let mut table =
        Table::of_words(["a thread that looks at no flag", "it …", "its lock …"]);
    for (force, _) in FORCES {
        let after = by_force(force)?;
        if after.is_clean() {
            return Err(format!("{force}: it has ended, and nothing is broken").into());
        }
        let (thread, lock) = match &after {
            Aftermath::AllGone(how) => (format!("ends the process: {how}"), "is gone"),
            Aftermath::Lives(Left { runs_on, ended, locked }) => {
                let thread = match (runs_on, ended) {
                    (true, _) => "runs on",
                    (_, true) => "has ended",
                    _ => "stands still, for ever",
                };
                (thread.into(), if *locked { "stays locked" } else { "is open" })
            }
        };
        table.row([force, &thread, lock]);
    }
    write!(stage, "{table}")?;
    let locks = locks_left_locked(PARKED)?;
    writeln!(
        stage,
        "  threads parked at work: {PARKED}; locks that stay locked: {locks}"
    )?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
use super::only_on_linux as by_force;

pub(crate) fn orphans(stage: &mut Stage) -> Outcome {
    let children = stage.workers();
    let left = orphans::left_alive(children)?;
    if left != children {
        return Err(format!("of {children} careless children, {left} live on").into());
    }
    let gone = orphans::gone_after(children)?;
    let mut table = Table::new(["a parent is killed; its children", "children", ""]);
    let count = format::count(children as u64);
    table.row(["don't care", &count, &format!("{left} live on")]);
    table.row([
        "watch their link",
        &count,
        &format!("gone after {}", format::time(gone)),
    ]);
    write!(stage, "{table}")?;
    Ok(())
}
