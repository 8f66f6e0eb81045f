//! What `cargo run -p deciding` prints.

use std::io::Write;
use std::time::Duration;

use deciding::decision::Way;
use deciding::{Decision, Team, crawler, pipeline, service, simulation, thumbnails};
use tour::{Outcome, Stage, Table, format, spare};

/// How long the sites take to answer: the crawler's, and the one that light requests ask.
const LATENCY: Duration = Duration::from_millis(20);

/// How many steps the simulation has.
const STEPS: u64 = 400;

/// The size of a heavy request. At this size, computing it takes longer than sending it does.
const REPORT: u64 = 100_000;

/// The team, and room for so many threads beside it, each with a connection.
fn team(stage: &Stage, threads: usize) -> Result<Team, Box<dyn std::error::Error>> {
    // A worker has a thread that keeps it, one that reads what it says, and one of rayon's.
    spare::stacks(3 * stage.workers())?;
    let team = Team::of(stage.workers())?;
    spare::threads(threads + stage.workers())?;
    // The sites are in this process, too, and with them both ends of each connection.
    spare::files(2 * threads + stage.workers())?;
    Ok(team)
}

pub(crate) fn crawler(stage: &mut Stage) -> Outcome {
    // The two sites have a thread each.
    let team = team(stage, crawler::VISITORS + 2)?;
    let job = crawler::Job::of(stage.size(), LATENCY)?;
    show(stage, &crawler::decide(&job, &team)?)
}

pub(crate) fn thumbnails(stage: &mut Stage) -> Outcome {
    let team = team(stage, 0)?;
    show(stage, &thumbnails::decide(stage.size(), &team)?)
}

pub(crate) fn simulation(stage: &mut Stage) -> Outcome {
    let (workers, cells) = (stage.workers(), stage.size());
    spare::threads(workers)?;
    let job = simulation::Job { cells, steps: STEPS };
    show(stage, &simulation::decide(job, workers)?)
}

pub(crate) fn service(stage: &mut Stage) -> Outcome {
    // Twice as many heavy requests as cores, so that light ones have to stand behind them.
    let (heavy, light) = (2 * stage.workers() as u64, stage.size());
    let threads = usize::try_from(heavy + light)?.max(crawler::VISITORS);
    let team = team(stage, threads + 2)?;
    let job = service::Job::of(heavy, REPORT, light, LATENCY)?;
    show(stage, &service::decide(&job, &team)?)
}

pub(crate) fn pipeline(stage: &mut Stage) -> Outcome {
    let team = team(stage, 2)?;
    show(stage, &pipeline::decide(stage.size(), &team)?)
}

fn show(stage: &mut Stage, decision: &Decision) -> Outcome {
    let time = |seconds: f64| format::nanoseconds(seconds * 1e9);
    let mut table = Table::new(["measured first", "time"]);
    for (name, seconds) in &decision.constants {
        table.row([name, &time(*seconds)]);
    }
    write!(stage, "{table}")?;
    let mut table = Table::new(["", "predicted", "measured", "measured/predicted"]);
    for (n, Way { name, predicted, measured, .. }) in (1..).zip(&decision.ways) {
        let ratio = format::ratio(measured / predicted);
        table.row([&format!("{n} {name}"), &time(*predicted), &time(*measured), &ratio]);
    }
    write!(stage, "{table}")?;
    let number = |one: &Way| {
        let place = decision.ways.iter().position(|way| std::ptr::eq(way, one));
        place.map_or(0, |place| place + 1)
    };
    let [preferred, quickest] = [decision.preferred(), decision.quickest()].map(number);
    writeln!(
        stage,
        "  The arithmetic prefers {preferred}. The quickest was {quickest}."
    )?;
    Ok(())
}
