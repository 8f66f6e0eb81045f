use std::io::Write;
use std::time::Duration;

use processes::crashing::{FAILURES, PLACES, Seen, observe};
use processes::{orphans, stopping};
use tour::{Outcome, Stage, Table, format, spare};

/// Threads and processes of a scene, which the system counts together: the scene, its victim, and
/// in each of them who watches its parent.
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

/// How long somebody waits for a thread that doesn't look at its flag.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) fn stop(stage: &mut Stage) -> Outcome {
    spare::threads(1)?;
    let flag = stopping::by_flag();
    let killed = stopping::by_kill()?;
    if !stopping::still_runs(PATIENCE)? {
        return Err("a thread that looks at no flag has ended by itself".into());
    }
    let without = format!("still runs after {}", format::time(PATIENCE));
    let mut table = Table::new(["a busy loop", "from request to stopped"]);
    table.row(["in a thread that looks at a flag", &format::time(flag)]);
    table.row(["in a thread that doesn't", &without]);
    table.row(["in a process that is killed", &format::time(killed)]);
    write!(stage, "{table}")?;
    Ok(())
}

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
