use std::io::Write;

use race_conditions::{last_seat, lost_update, thread_safe};
use tour::{Outcome, Stage, Table, clock, format, spare};

use super::shown;

/// How often each bug is forced.
const FORCED: usize = 1_000;
/// The broken count whose threads wait for each other before they begin.
const TOGETHER: &str = "the same, started together";
/// So few additions of each thread that a thread is done before the next one begins.
const FEW: u64 = 1_000;
/// How many threads are started for runs with so few additions: so the more threads there are, the fewer runs.
const STARTS: u64 = 1_000;

pub(crate) fn lost_update(stage: &mut Stage) -> Outcome {
    let (threads, times) = (stage.workers(), stage.size());
    spare::threads(threads.max(2))?;
    let lost = (0..FORCED).filter(|_| lost_update::broken::forced() == 1).count();
    writeln!(
        stage,
        "  forced: an addition is lost in {} of {} runs",
        format::count(lost as u64),
        format::count(FORCED as u64)
    )?;
    shown(lost == FORCED, "a forced addition is lost")?;
    let mut table = Table::new(["left alone", "should be", "is", "lost", "time"]);
    let [broken, fixed @ ..] = lost_update::WAYS;
    let together = (TOGETHER, lost_update::broken::count_together as lost_update::Way);
    for (name, count) in [broken, together].into_iter().chain(fixed) {
        let (is, time) = clock::time(|| count(threads, times));
        let should_be = threads as u64 * times;
        let fixed = ![broken.0, TOGETHER].contains(&name);
        shown(is == should_be || (!fixed && is < should_be), "nothing else is lost")?;
        table.row([
            name,
            &format::count(should_be),
            &format::count(is),
            &percent((should_be - is) as f64 / should_be as f64),
            &format::time(time),
        ]);
    }
    write!(stage, "{table}")?;

    let few = format!("{} additions of each", format::count(FEW));
    let runs = STARTS.div_ceil(threads as u64);
    let mut table = Table::new([few.as_str(), "runs", "that lose some"]);
    for (name, count) in [
        ("each begins when it has started", broken.1),
        ("each begins when all have started", together.1),
    ] {
        let lose = (0..runs).filter(|_| count(threads, FEW) < threads as u64 * FEW);
        let lose = format::count(lose.count() as u64);
        table.row([name, &format::count(runs), &lose]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn last_seat(stage: &mut Stage) -> Outcome {
    let (buyers, times) = (stage.workers(), stage.size());
    spare::threads(buyers.max(2))?;
    let twice = (0..FORCED).filter(|_| last_seat::broken::forced() == 2).count();
    writeln!(
        stage,
        "  forced: the seat is sold twice in {} of {} runs",
        format::count(twice as u64),
        format::count(FORCED as u64)
    )?;
    shown(twice == FORCED, "a forced seat is sold twice")?;
    let mut table = Table::new(["left alone", "sales of a seat", "sold twice", "time"]);
    for (name, sell) in last_seat::WAYS {
        let sales = || (0..times).filter(|_| sell(1, buyers) > 1).count();
        let (twice, time) = clock::time(sales);
        let fixed = name != last_seat::WAYS[0].0;
        shown(twice == 0 || !fixed, "no other way sells a seat twice")?;
        let twice = format::count(twice as u64);
        table.row([name, &format::count(times), &twice, &format::time(time)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn distinct(stage: &mut Stage) -> Outcome {
    let (most, runs) = (stage.workers(), usize::try_from(stage.size())?);
    spare::threads(most.max(2))?;
    let mut table = Table::new(["different results", "runs", "1 thread", "2", "more"]);
    for (name, run) in thread_safe::RUNS {
        let results = |threads| {
            let results = thread_safe::distinct(run, threads, runs);
            format::count(results.len() as u64)
        };
        table.row([
            name,
            &format::count(runs as u64),
            &results(1),
            &results(2),
            &results(most.max(2)),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}
