use std::io::Write;

use race_conditions::deadlock::philosophers::{dine, forced, left_first, lower_first};
use race_conditions::deadlock::{Deadlock, patience, transfer};
use tour::{Outcome, Stage, Table, format, spare};

/// How often each way runs without being forced into a deadlock.
const RUNS: u64 = 200;
/// How many sit at the table.
const PHILOSOPHERS: usize = 5;
/// Transfers, or meals, of each in a run.
const TIMES: u64 = 100;
/// Meals of each in a run with ordinary locks: these take less time, so threads meet less often.
const MANY_TIMES: u64 = 10_000;

pub(crate) fn deadlock(stage: &mut Stage) -> Outcome {
    spare::threads(PHILOSOPHERS)?;
    writeln!(stage, "  forced: two accounts, each locks the one that pays first")?;
    name(stage, transfer::forced().err())?;
    writeln!(stage, "  forced: five philosophers, each takes the left fork first")?;
    name(stage, forced(PHILOSOPHERS).err())?;

    let mut table = Table::new(["left alone", "times each", "runs", "deadlocks"]);
    let ways: [(&str, u64, Way); 6] = [
        ("the one that pays first", TIMES, |times| {
            transfer::both_ways(transfer::paying_first, times).is_err()
        }),
        ("always in the same order", TIMES, |times| {
            transfer::both_ways(transfer::in_order, times).is_err()
        }),
        ("the left fork first", TIMES, |times| {
            dine(PHILOSOPHERS, times, left_first).is_err()
        }),
        ("the lower number first", TIMES, |times| {
            dine(PHILOSOPHERS, times, lower_first).is_err()
        }),
        ("ordinary locks, the one that pays first", MANY_TIMES, |times| {
            patience::dine(2, times, patience::left_first).is_err()
        }),
        ("ordinary locks, always in the same order", MANY_TIMES, |times| {
            patience::dine(2, times, patience::lower_first).is_err()
        }),
    ];
    for (name, times, deadlocks) in ways {
        let deadlocks = (0..RUNS).filter(|_| deadlocks(times)).count() as u64;
        table.row([
            name,
            &format::count(times),
            &format::count(RUNS),
            &format::count(deadlocks),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// Runs once, with so many transfers or meals of each; says whether that ended in a deadlock.
type Way = fn(u64) -> bool;

/// A line for each link of the cycle.
fn name(stage: &mut Stage, deadlock: Option<Deadlock>) -> Outcome {
    let deadlock = deadlock.ok_or("it was forced, and there is no deadlock")?;
    for link in deadlock.cycle() {
        let (who, lock, holder) = (link.who, link.waits_for, link.held_by);
        writeln!(stage, "    {who} waits for {lock}, which {holder} has")?;
    }
    Ok(())
}
