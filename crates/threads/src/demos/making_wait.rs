use std::io::Write;
use std::time::Duration;

use crossbeam_channel::{bounded, unbounded};
use threads::pressure::{Passes, flow, stands_still};
use threads::queue::bounded::Queue;
use threads::queue::one_condvar;
use threads::reading::WAYS;
use threads::selecting::serve;
use tour::{Outcome, Stage, Table, clock, format, spare};
use workloads::squares;

/// How many numbers are squared to make an item, and to use one.
const TO_MAKE: u64 = 10_000;
const TO_USE: u64 = 3 * TO_MAKE;

/// How many threads put items, and how many take them; and how long nothing has to be taken
/// until that counts as a standstill.
const PAIRS: usize = 2;
const PATIENCE: Duration = Duration::from_millis(50);
const RUNS: usize = 10;
const ITEMS: usize = 1_000;

pub(crate) fn queue(stage: &mut Stage) -> Outcome {
    spare::threads(2 * PAIRS)?;
    let items = usize::try_from(stage.size())?;
    let mut table = Table::new(["", "most in the queue", "time"]);
    for (name, bound) in [("a bound of 10", 10), ("no bound", usize::MAX)] {
        let queue = Queue::new(bound);
        let make = || squares::sum(0..TO_MAKE);
        let consume = |made| assert!(made < squares::sum(0..TO_USE));
        let (lengths, time) = clock::time(|| flow(&queue, items, make, consume));
        let most = lengths.into_iter().max().unwrap_or(0);
        assert!(most <= bound, "{most} items with {name}");
        table.row([name, &format::count(most as u64), &format::time(time)]);
    }
    write!(stage, "{table}")?;

    writeln!(stage)?;
    let mut table = Table::new(["4 threads, room for one item", "stood still"]);
    let mut row = |name: &str, queue: &dyn Fn() -> bool| {
        let stood = (0..RUNS).filter(|_| queue()).count();
        table.row([name, &format!("{stood} of {RUNS} runs")]);
        stood
    };
    row("two condition variables", &|| run(&Queue::new(1)));
    let stood = row("one, and notify_one", &|| run(&one_condvar::Queue::new(1)));
    if stood == 0 {
        return Err("no run stood still with one condition variable; try again".into());
    }
    write!(stage, "{table}")?;
    Ok(())
}

fn run(queue: &impl Passes) -> bool {
    stands_still(queue, PAIRS, ITEMS, PATIENCE)
}

pub(crate) fn select(stage: &mut Stage) -> Outcome {
    // The long limit is never reached, and the short one is waited for.
    let (long, short) = (Duration::from_secs(60), Duration::from_millis(10));
    let mut table = Table::new(["three jobs, and then", "jobs done", "it ended since"]);
    let mut row = |name: &str, leave: bool, tell: bool, patience| -> Outcome {
        let (send, jobs) = unbounded();
        let (say, stop) = bounded(1);
        for n in 1..=3 {
            send.send(n)?;
        }
        if leave {
            drop(send);
        }
        let done = |n: u64| {
            if tell && n == 3 {
                say.send(()).expect("somebody listens");
            }
            n
        };
        let (results, ended) = serve(&jobs, &stop, patience, done);
        assert_eq!(results, [1, 2, 3], "{name}: all jobs are done");
        table.row([name, &format::count(results.len() as u64), &format!("{ended:?}")]);
        Ok(())
    };
    row("all senders leave", true, false, long)?;
    row("somebody says stop", false, true, long)?;
    row("nothing happens", false, false, short)?;
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn readers(stage: &mut Stage) -> Outcome {
    const LONGEST: usize = 10_000;
    let (workers, size) = (stage.workers(), usize::try_from(stage.size())?);
    spare::threads(workers)?;
    let names: Vec<_> = WAYS.iter().map(|(name, _)| *name).collect();
    let mut table = Table::new(["numbers in the list", names[0], names[1], names[2]]);
    for numbers in [1, 100, LONGEST] {
        // A short list is read more often, but not in proportion: each read takes the lock, too.
        let times = size * (LONGEST / numbers).min(50);
        let sum = (workers * times * numbers * (numbers + 1) / 2) as u64;
        let mut cells = vec![format::count(numbers as u64)];
        for (name, read) in WAYS {
            let (read, time) = clock::median(3, || read(workers, times, numbers));
            assert_eq!(read, sum, "{name}: all is read");
            // The time of a single read, while all other threads read, too.
            cells.push(format::time(time / u32::try_from(times)?));
        }
        table.row([&cells[0][..], &cells[1], &cells[2], &cells[3]]);
    }
    write!(stage, "{table}")?;
    Ok(())
}
