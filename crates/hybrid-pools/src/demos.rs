//! What `cargo run -p hybrid-pools` prints.

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use hybrid_pools::chaos::under_fire;
use hybrid_pools::counting::{COUNT, DIE_AT, NOTHING};
use hybrid_pools::hybrid::{self, Job};
use hybrid_pools::{Options, ProcessPool, TaskError, WORK, index, view};
use tour::{Outcome, Stage, Table, clock, format, spare};
use workloads::countdown::countdown;
use workloads::parts::cores;
use workloads::slow_site::SlowSite;

/// How many tasks the program of article D has.
const TASKS: u64 = 4;

/// How long a pool tries to replace a worker. Whoever waits for a demo would rather be told soon.
const PATIENCE: Duration = Duration::from_secs(3);

/// Options of a pool whose threads there is room for: one keeps a worker, another reads what it says.
fn options(stage: &Stage) -> Result<Options, Box<dyn Error>> {
    spare::stacks(2 * stage.workers())?;
    let options = ProcessPool::of(&WORK)?.workers(stage.workers());
    Ok(options.patience(PATIENCE).quiet())
}

/// A running pool, and room for the threads that watch it and disturb it.
fn pool(stage: &Stage) -> Result<ProcessPool, Box<dyn Error>> {
    started(options(stage)?)
}

fn started(options: Options) -> Result<ProcessPool, Box<dyn Error>> {
    let pool = options.start()?;
    spare::threads(2)?;
    Ok(pool)
}

/// How many of the results are right: those of tasks that get 0, 1, 2, …, and return what they get.
/// Stops at the first result that is wrong.
///
/// # Errors
///
/// Which task's result that is, and what it is instead.
fn all_right(
    results: impl Iterator<Item = Result<u64, TaskError>>,
) -> Result<u64, String> {
    let mut right = 0;
    for result in results {
        let task = format::count(right);
        match result {
            Ok(n) if n == right => right += 1,
            Ok(other) => return Err(format!("task {task} returned {other}")),
            Err(error) => return Err(format!("task {task} has no result: {error}")),
        }
    }
    Ok(right)
}

pub(crate) fn count(stage: &mut Stage) -> Outcome {
    let to = stage.size();
    let (counted, alone) = clock::time(|| (0..TASKS).map(|_| countdown(to)).sum::<u64>());
    let (pool, start) = clock::time(|| pool(stage));
    let pool = pool?;
    let (results, pooled) = clock::time(|| {
        let counts = || pool.map(&COUNT, vec![to; TASKS as usize]).collect::<Vec<_>>();
        view::watch(&pool, TASKS, counts)
    });
    let results: Vec<u64> = results.into_iter().collect::<Result<_, _>>()?;
    if results.iter().sum::<u64>() != counted {
        return Err(format!("the pool counted {results:?}, and not {to} each").into());
    }
    let mut table = Table::new(["4 tasks", "time", "against one after the other"]);
    table.row(["one after the other", &format::time(alone), "—"]);
    let ratio = format::ratio(pooled.as_secs_f64() / alone.as_secs_f64());
    table.row(["a pool that is there already", &format::time(pooled), &ratio]);
    let both = start + pooled;
    let ratio = format::ratio(both.as_secs_f64() / alone.as_secs_f64());
    table.row(["with its start", &format::time(both), &ratio]);
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn poison(stage: &mut Stage) -> Outcome {
    let (tasks, pool) = (stage.size(), pool(stage)?);
    let poison = tasks / 2;
    let results: Vec<Result<u64, TaskError>> = view::watch(&pool, tasks, || {
        pool.map(&DIE_AT, (0..tasks).map(|n| (n, poison))).collect()
    });
    let right = (0..).zip(&results).filter(|(n, result)| **result == Ok(*n)).count();
    let died = matches!(results.get(poison as usize), Some(Err(TaskError::Died { .. })));
    writeln!(stage, "  {} tasks have their result", format::count(right as u64))?;
    for (n, result) in (0_u64..).zip(results) {
        if let Err(error) = result {
            writeln!(stage, "  task {} failed:", format::count(n))?;
            for part in error.to_string().split("; ") {
                writeln!(stage, "    {part}")?;
            }
        }
    }
    let restarts = pool.progress().restarts;
    writeln!(stage, "  {} replaced", format::counted(restarts, "worker"))?;
    if right as u64 != tasks - 1 || !died {
        let poison = format::count(poison);
        return Err(format!("only task {poison} should fail, and kill its worker").into());
    }
    Ok(())
}

/// How long until the next worker is killed.
const EVERY: Duration = Duration::from_millis(20);

pub(crate) fn chaos(stage: &mut Stage) -> Outcome {
    // A task whose worker is killed again and again has bad luck, and is not to blame.
    let (tasks, pool) = (stage.size(), started(options(stage)?.attempts(10))?);
    let (right, time) = clock::time(|| {
        under_fire(&pool, EVERY, || {
            view::watch(&pool, tasks, || all_right(pool.map(&NOTHING, 0..tasks)))
        })
    });
    let right = right??;
    let restarts = pool.progress().restarts;
    let killed = format::counted(restarts, "worker");
    writeln!(stage, "  {killed} killed in {}", format::time(time))?;
    let [in_order, all] = [right, tasks].map(format::count);
    writeln!(stage, "  {in_order} of {all} tasks have their result, in order")?;
    pool.shutdown();
    complete(right, tasks)
}

/// An error unless all tasks have a result.
fn complete(right: u64, tasks: u64) -> Outcome {
    if right == tasks {
        return Ok(());
    }
    let [right, tasks] = [right, tasks].map(format::count);
    Err(format!("only {right} of {tasks} tasks have a result").into())
}

/// How many tasks there are in a chunk.
const CHUNK: usize = 100;

/// How long the site takes to answer, how many threads fetch, and how often words are counted.
const LATENCY: Duration = Duration::from_millis(20);
const FETCHERS: usize = 10;
const ROUNDS: u32 = 10;

/// The words of one more page, beside the book's. A worker that counts them dies.
const POISON: &str = "a page that kills its worker";

pub(crate) fn hybrid(stage: &mut Stage) -> Outcome {
    let mut chapters = index::chapters()?;
    chapters.push(POISON.into());
    let pages = chapters.len() as u64;
    let site = SlowSite::of(chapters, LATENCY)?;
    let mut job = Job { urls: site.urls(pages), rounds: ROUNDS, poison: None };
    // At most two pages for each worker wait to be counted.
    let workers = stage.workers();
    let pool = options(stage)?.capacity(2 * workers).start()?;
    // For the threads that fetch, and rayon's. The site is here, and with it both ends of a connection.
    spare::threads(FETCHERS + cores())?;
    spare::files(2 * FETCHERS.max(cores()) + workers)?;
    let mut table = Table::new(["pages fetched, words counted", "time", "words"]);
    let mut row = |name: &str, work: &dyn Fn() -> hybrid::Outcome| {
        let ((index, missing), time) = clock::time(work);
        table.row([name, &format::time(time), &format::count(index.len() as u64)]);
        match missing.into_iter().next() {
            Some((page, why)) => Err(format!("{name}: page {page} is missing: {why}")),
            None => Ok(index),
        }
    };
    let alone = row("one after the other", &|| hybrid::one_after_the_other(&job))?;
    for (name, work) in [
        ("threads", &(|| hybrid::threads_only(&job, FETCHERS)) as &dyn Fn() -> _),
        ("the threads of rayon", &|| hybrid::rayon_only(&job)),
        ("processes", &|| hybrid::processes_only(&job, &pool)),
        ("threads fetch, processes count", &|| hybrid::hybrid(&job, FETCHERS, &pool)),
    ] {
        if row(name, work)? != alone {
            return Err(format!("{name}: the index is another one").into());
        }
    }
    write!(stage, "{table}")?;
    job.poison = Some(POISON.into());
    let (_, missing) = hybrid::hybrid(&job, FETCHERS, &pool);
    writeln!(stage, "  And with a page that kills whoever counts its words:")?;
    let right = format::count(pages - missing.len() as u64);
    writeln!(stage, "  {right} pages are in the index. What is known of the last one:")?;
    for part in missing.iter().flat_map(|(_, why)| why.split("; ")) {
        writeln!(stage, "    {part}")?;
    }
    match &missing[..] {
        [(page, _)] if page + 1 == pages => Ok(()),
        _ => Err("only the last page should be missing".into()),
    }
}

pub(crate) fn speed(stage: &mut Stage) -> Outcome {
    let (tasks, pool) = (stage.size(), pool(stage)?);
    let mut table = Table::new(["tasks that do nothing", "each", "in a second"]);
    let mut row = |name: &str, tasks: u64, time: Duration| {
        let each = time.as_secs_f64() / tasks as f64;
        let rate = format::count((1.0 / each) as u64);
        table.row([name, &format::nanoseconds(each * 1e9), &rate]);
    };
    let trips = (tasks / 100).max(1);
    let (done, time) = clock::time(|| {
        (0..trips).try_for_each(|n| -> Result<(), Box<dyn std::error::Error>> {
            match pool.submit(&NOTHING, &n)?.wait()? {
                same if same == n => Ok(()),
                other => Err(format!("task {n} returned {other}").into()),
            }
        })
    });
    done?;
    row("waiting for each", trips, time);
    for (name, chunk) in [("many, each by itself", 1), ("many, in chunks of 100", CHUNK)]
    {
        let (right, time) = clock::time(|| {
            view::watch(&pool, tasks, || {
                all_right(pool.map(&NOTHING, 0..tasks).chunks(chunk))
            })
        });
        complete(right?, tasks)?;
        row(name, tasks, time);
    }
    write!(stage, "{table}")?;
    Ok(())
}
