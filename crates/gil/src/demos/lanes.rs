//! Shows which thread held the lock when.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use gil::echo;
use gil::interpreter::{Call, Ended};
use gil::lanes::{Event, State, excerpt};
use gil::policy::{Interval, Policy, Tick};
use tour::{Outcome, Stage, format};

use super::{ASKS, ask_for, interpreter, returned};

/// How many characters a lane has.
const WIDTH: usize = 64;

pub(crate) fn lanes(stage: &mut Stage) -> Outcome {
    ask_for(2)?;
    let turns = [stage.size() as i64];
    let calls: [Call; 2] = [("countdown", &turns); 2];
    draw(stage, Tick::NAME, &noted::<Tick>(&calls)?)?;
    draw(stage, Interval::NAME, &noted::<Interval>(&calls)?)?;
    writeln!(stage, "  █ ran most of that time, ▒ some of it, ░ waited")?;
    Ok(())
}

/// Runs the countdowns, and records what their threads do.
fn noted<P: Policy>(calls: &[Call]) -> Result<Vec<Ended>, String> {
    let ended = interpreter::<P>("countdown")?.run(calls, true);
    returned(&ended).map(|()| ended)
}

fn draw(stage: &mut Stage, name: &str, ended: &[Ended]) -> Outcome {
    let times = || ended.iter().flat_map(|ended| &ended.record).map(|event| event.at);
    let (Some(start), Some(end)) = (times().min(), times().max()) else {
        return Err("nobody has noted anything".into());
    };
    let switches: usize = ended.iter().map(|ended| runs(&ended.record)).sum();
    let taken = format!("{name}: {}", format::time(end - start));
    let count = format::count(switches as u64);
    writeln!(stage, "  {taken}, the lock was taken {count} times")?;
    for ended in ended {
        let slice = (end - start) / WIDTH as u32;
        let lane: String = (0..WIDTH as u32)
            .map(|n| share(&ended.record, start + slice * n, start + slice * (n + 1)))
            .map(|share| match share {
                share if share > 0.5 => '█',
                share if share > 0.05 => '▒',
                _ => '░',
            })
            .collect();
        writeln!(stage, "  {lane}")?;
    }
    Ok(())
}

fn runs(record: &[Event]) -> usize {
    record.iter().filter(|event| event.state == State::Runs).count()
}

/// The share of the time between `from` and `to` in which a thread had the lock: 0 to 1.
fn share(record: &[Event], from: Instant, to: Instant) -> f64 {
    let pairs = record.iter().zip(record.iter().skip(1));
    let held: Duration = pairs
        .filter(|(event, _)| event.state == State::Runs)
        .map(|(event, next)| {
            next.at.min(to).saturating_duration_since(event.at.max(from))
        })
        .sum();
    held.as_secs_f64() / (to - from).as_secs_f64()
}

/// How many events of a picture are shown: as many as one can tell apart.
const EVENTS: usize = 150;

/// Prints which thread held the lock when, for three pictures that other programs draw: a JSON
/// object in each line, with times in microseconds.
pub(crate) fn lanes_as_json() -> ExitCode {
    match write_lanes(&mut io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has closed the pipe, as `head` does: it has seen enough.
        Err(error) if error.downcast_ref().is_some_and(is_closed) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gil: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

fn write_lanes(out: &mut impl Write) -> Outcome {
    ask_for(2)?;
    let turns = [1_000_000];
    let calls: [Call; 2] = [("countdown", &turns); 2];
    let two = ["computes", "computes, too"];
    write_lane(out, "tick", two, &noted::<Tick>(&calls)?)?;
    write_lane(out, "interval", two, &noted::<Interval>(&calls)?)?;
    let served = echo::lanes(Interval::default(), 1, ASKS)?;
    write_lane(out, "convoy", ["serves", "computes"], &served)
}

fn write_lane(
    out: &mut impl Write,
    picture: &str,
    names: [&str; 2],
    ended: &[Ended],
) -> Outcome {
    let threads = names.map(|name| format!("{name:?}")).join(",");
    writeln!(out, r#"{{"picture":"{picture}","threads":[{threads}]}}"#)?;
    let records: Vec<_> = ended.iter().map(|ended| &ended.record[..]).collect();
    for (thread, spans) in excerpt(&records, EVENTS).into_iter().enumerate() {
        for span in spans {
            let state = match span.state {
                State::Waits => "waits",
                State::Runs => "runs",
                State::Rests => "rests",
            };
            let [from, to] = [span.from, span.to].map(|time| time.as_secs_f64() * 1e6);
            writeln!(
                out,
                r#"{{"thread":{thread},"from":{from:.2},"to":{to:.2},"state":"{state}"}}"#
            )?;
        }
    }
    Ok(())
}
