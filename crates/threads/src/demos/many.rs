use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use threads::many::site::Site;
use threads::many::visitors::{OTHER_FILES, visit};
use threads::many::{POOL, WAYS, WORKERS};
use tour::{Outcome, Stage, Table, clock, format, spare};

/// How long a page takes.
const LATENCY: Duration = Duration::from_millis(50);

pub(crate) fn many(stage: &mut Stage) -> Outcome {
    let program = std::env::current_exe()?;
    let pages = allowed(stage)?;
    let mut table = Table::new(["", "time", "own memory", "the system's", "addresses"]);
    let ways = WAYS.map(|(name, _)| (name, pages)).into_iter();
    for (name, at_once) in ways.chain([(POOL.0, pages.min(WORKERS))]) {
        let site = open(|| Site::open(LATENCY))?;
        let time = visit(&program, name, site.address(), pages, None)
            .map_err(|error| format!("{name}, {pages} pages: {error}"))?;
        drop(site);
        let [own, system, addresses] = memory(&program, name, pages, at_once)?;
        table.row([name, &format::time(time), &own, &system, &addresses]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

fn open(site: impl Fn() -> std::io::Result<Site>) -> Result<Site, String> {
    site().map_err(|error| format!("couldn't open a site on loopback: {error}"))
}

fn allowed(stage: &mut Stage) -> Result<usize, Box<dyn std::error::Error>> {
    Ok(usize::try_from(stage.size())?)
}

fn memory(
    program: &PathBuf,
    name: &str,
    pages: usize,
    at_once: usize,
) -> Result<[String; 3], String> {
    use threads::many::memory::while_waiting;
    let m = while_waiting(program, name, pages, at_once)?;
    println!("{m:?}");
    let f = |b: u64| format::bytes(b as f64);
    Ok([f(m.own), f(m.system), f(m.addresses)])
}
