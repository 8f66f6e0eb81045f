use std::io::Write;

use race_conditions::deadlock::philosophers::{dine, forced, left_first, lower_first};
use race_conditions::deadlock::{Deadlock, transfer};
use tour::{Outcome, Stage, Table, format, spare};

/// How often each is left alone.
const RUNS: u64 = 200;
/// How many sit at the table.
const PHILOSOPHERS: usize = 5;
/// Transfers, or meals, of each in a run.
const TIMES: u64 = 100;

pub(crate) fn deadlock(stage: &mut Stage) -> Outcome {
    spare::threads(PHILOSOPHERS)?;
    writeln!(stage, "  forced: two accounts, each locks the one that pays first")?;
    name(stage, transfer::forced().err())?;
    writeln!(stage, "  forced: five philosophers, each takes the left fork first")?;
    name(stage, forced(PHILOSOPHERS).err())?;

    let mut table = Table::new(["left alone", "runs", "deadlocks"]);
    let ways: [(&str, Way); 4] = [
        ("the one that pays first", || {
            transfer::both_ways(transfer::paying_first, TIMES).is_err()
        }),
        ("always in the same order", || {
            transfer::both_ways(transfer::in_order, TIMES).is_err()
        }),
        ("the left fork first", || dine(PHILOSOPHERS, TIMES, left_first).is_err()),
        ("the lower number first", || dine(PHILOSOPHERS, TIMES, lower_first).is_err()),
    ];
    for (name, deadlocks) in ways {
        let deadlocks = (0..RUNS).filter(|_| deadlocks()).count();
        table.row([name, &format::count(RUNS), &format::count(deadlocks as u64)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// Runs once; says whether that ended in a deadlock.
type Way = fn() -> bool;

/// A line for each link of the cycle.
fn name(stage: &mut Stage, deadlock: Option<Deadlock>) -> Outcome {
    let deadlock = deadlock.ok_or("it was forced, and there is no deadlock")?;
    for link in deadlock.cycle() {
        let (who, lock, holder) = (link.who, link.waits_for, link.held_by);
        writeln!(stage, "    {who} waits for {lock}, which {holder} has")?;
    }
    Ok(())
}
