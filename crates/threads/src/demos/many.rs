use std::env::current_exe;
use std::io::{self, Write};
use std::time::Duration;

#[cfg(target_os = "linux")]
use threads::many::WORKERS;
#[cfg(target_os = "linux")]
use threads::many::memory::while_waiting;
use threads::many::site::Site;
use threads::many::stalling::{
    OTHERS, elsewhere, in_the_task, one_thread, pool, worst_delay,
};
#[cfg(unix)]
use threads::many::visitors::{Failed, Limit};
use threads::many::visitors::{OTHER_FILES, allow_files, visit};
use threads::many::{POOL, WAYS};
use tour::{Outcome, Stage, Table, format, spare};

/// How often to try a visit that ends without a word.
#[cfg(unix)]
const TRIES: usize = 5;

/// How long the site takes to answer: so long that no visit is done before the last one comes.
const LATENCY: Duration = Duration::from_millis(200);

#[cfg(target_os = "linux")]
pub(crate) fn many(stage: &mut Stage) -> Outcome {
    let program = current_exe()?;
    let pages = allowed(stage)?;
    let mut table = Table::new(["", "wait at once", "memory", "addresses"]);
    for (name, _) in WAYS.into_iter().chain([POOL]) {
        let at_once = if name == POOL.0 { pages.min(WORKERS) } else { pages };
        let taken = while_waiting(&program, name, pages, at_once)
            .map_err(|error| format!("{name}, {pages} pages: {error}"))?;
        let [memory, addresses] =
            [taken.sum(), taken.addresses].map(|bytes| format::bytes(bytes as f64));
        table.row([name, &format::count(at_once as u64), &memory, &addresses]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// Other systems tell in another way, or not at all, what a process takes; so only times are shown.
#[cfg(not(target_os = "linux"))]
pub(crate) fn many(stage: &mut Stage) -> Outcome {
    let program = current_exe()?;
    let pages = allowed(stage)?;
    let mut table = Table::new(["", "time"]);
    for (name, _) in WAYS.into_iter().chain([POOL]) {
        let site = open()?;
        let time = visit(&program, name, site.address(), pages, None)
            .map_err(|error| format!("{name}, {pages} pages: {error}"))?;
        table.row([name, &format::time(time)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(unix)]
pub(crate) fn limits(stage: &mut Stage) -> Outcome {
    const FILES: usize = 256;
    /// A thread's stack takes 2 MiB of these, so they are enough for fewer than `THREADS` threads.
    const ADDRESSES: u64 = 4 << 30;
    const THREADS: usize = 2_048;
    let pages = allowed(stage)?;
    // Whether each of the first two ways has to meet the limit: not every system counts addresses.
    let too_many = cfg!(target_os = "linux") && pages > THREADS;
    let limits = [
        ("4 GiB of addresses", Limit::Addresses(ADDRESSES), [too_many, false]),
        ("256 open files", Limit::Files(FILES as u64), [pages > FILES; 2]),
    ];
    for (name, limit, meets) in limits {
        writeln!(stage, "  {} with {name}", format::counted(pages as u64, "page"))?;
        for ((way, _), meets) in WAYS.into_iter().zip(meets) {
            let (site, said) = visit_under(limit, way, pages)?;
            if meets && said.is_ok() {
                return Err(format!("{way} had {pages} pages with {name}").into());
            }
            let came = format::count(site.came() as u64);
            let then = said.err().map(|error| format!(", then: {error}"));
            writeln!(stage, "    {way}: {came}{}", then.unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Makes a visit to a site of its own, under `limit`; returns the site, and how the visit ended.
#[cfg(unix)]
fn visit_under(
    limit: Limit,
    way: &str,
    pages: usize,
) -> Result<(Site, Result<Duration, Failed>), Box<dyn std::error::Error>> {
    let mut tries = 0;
    loop {
        let site = open()?;
        let said = visit(&current_exe()?, way, site.address(), pages, Some(limit));
        tries += 1;
        // It happens that the system refuses something to a thread that has just begun, before it
        // refuses the next thread. Then Rust aborts the process, and we see no error: try again.
        if tries == TRIES || !matches!(said, Err(Failed::Ended(_))) {
            return Ok((site, said));
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn limits(stage: &mut Stage) -> Outcome {
    writeln!(stage, "  a process sets itself limits on Unix only")?;
    Ok(())
}

pub(crate) fn stall(stage: &mut Stage) -> Outcome {
    const WORKERS: usize = 2;
    // The pool's threads run the tasks, and one more thread computes for `spawn_blocking`.
    spare::threads(WORKERS + 1)?;
    spare::files(16)?;
    let size = stage.size();
    let (one, two) = (one_thread()?, pool(WORKERS)?);
    let found = [
        ("one thread, nobody computes", worst_delay(&one, 0, || in_the_task(size))),
        ("one thread, in a task", worst_delay(&one, 1, || in_the_task(size))),
        ("one thread, by spawn_blocking", worst_delay(&one, 1, || elsewhere(size))),
        ("two threads, in a task", worst_delay(&two, 1, || in_the_task(size))),
        ("two threads, in two tasks", worst_delay(&two, 2, || in_the_task(size))),
    ];

    let others = format!("{OTHERS} others late by up to");
    let mut table = Table::new(["computing", "takes", &others]);
    for (name, (worst, took, results)) in &found {
        let took = if results.is_empty() { "—".into() } else { format::time(*took) };
        table.row([name, &took, &format::time(*worst)]);
    }
    let mut counts = found.iter().flat_map(|(_, (_, _, counts))| counts);
    let first = counts.next();
    assert!(counts.all(|count| Some(count) == first), "all count the same primes");
    write!(stage, "{table}")?;
    Ok(())
}

fn open() -> Result<Site, String> {
    Site::open(LATENCY)
        .map_err(|error| format!("couldn't open a site on loopback: {error}"))
}

/// How many pages to fetch: as many as were asked for, or as the limit on open files allows. A
/// connection takes a file in this process, and another one in the process that visits.
fn allowed(stage: &mut Stage) -> Result<usize, Box<dyn std::error::Error>> {
    let pages = usize::try_from(stage.size())?;
    let allowed = allow_files((pages + OTHER_FILES) as u64);
    let allowed = usize::try_from(allowed)?.saturating_sub(OTHER_FILES).min(pages);
    if allowed == 0 {
        let few = "the system allows too few open files; raise `ulimit -n`";
        return Err(io::Error::other(few).into());
    }
    if allowed < pages {
        let allowed = format::counted(allowed as u64, "page");
        writeln!(stage, "  ({allowed}: the system allows no more files, `ulimit -n`)")?;
    }
    Ok(allowed)
}
