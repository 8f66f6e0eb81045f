use std::io::Write;
use std::time::Duration;

use threads::frames::{Work, draw, in_thread, inline};
use threads::waiting::{one_after_the_other, pool, thread_each};
use tour::{Outcome, Stage, Table, clock, format, spare};
use workloads::pages;
use workloads::primes;
use workloads::slow_site::SlowSite;

/// How long a page takes.
const LATENCY: Duration = Duration::from_millis(50);

pub(crate) fn wait(stage: &mut Stage) -> Outcome {
    let workers = stage.workers();
    let visitors = workers.max(usize::try_from(stage.size())?);
    // One thread is the site's, and a connection takes two files, since both ends are here.
    spare::threads(visitors + 1)?;
    spare::files(2 * visitors)?;
    let site = SlowSite::open(LATENCY)
        .map_err(|error| format!("couldn't open the slow site on loopback: {error}"))?;
    let urls = site.urls(stage.size());

    let mut table = Table::new(["", "time", "pages at once"]);
    let mut row = |name: &str, way: &dyn Fn() -> Result<usize, String>| -> Outcome {
        let (words, time) = clock::time(way);
        let words = words?;
        assert_eq!(
            words,
            urls.len() * pages::WORDS,
            "{name}: every way reads every page"
        );
        let at_once = LATENCY.as_secs_f64() * urls.len() as f64 / time.as_secs_f64();
        table.row([name, &format::time(time), &format::number(at_once)]);
        Ok(())
    };
    row("a thread for every page", &|| thread_each(&urls))?;
    row(&format!("a pool of {}", format::counted(workers as u64, "thread")), &|| {
        pool(&urls, workers)
    })?;
    row("one after the other", &|| one_after_the_other(&urls))?;
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn frames(stage: &mut Stage) -> Outcome {
    spare::threads(1)?;
    let size = stage.size();
    let work = move || primes::count(0..size);
    let ways: [(&str, &dyn Fn() -> Work<u64>); 2] = [
        ("in the drawing thread", &|| inline(work)),
        ("in a thread of its own", &|| in_thread(work)),
    ];

    let mut table =
        Table::new(["the work runs", "frames drawn", "missed", "longest stall"]);
    let mut found = Vec::new();
    for (name, start) in ways {
        let seen = draw(20, start);
        found.push(seen.result);
        table.row([
            name,
            &format::count(seen.drawn.into()),
            &format::count(seen.missed.into()),
            &format::time(seen.longest_stall),
        ]);
    }
    assert_eq!(found[0], found[1], "both find the same primes");
    write!(stage, "{table}")?;
    Ok(())
}
