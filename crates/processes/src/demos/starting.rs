use std::io::Write;
use std::time::Duration;

use processes::starting::WAYS;
use tour::{Outcome, Stage, Table, clock, format, spare};

/// What one of the [`WAYS`] is called in the tables.
fn about(way: &str) -> &str {
    match way {
        "thread" => "a thread",
        "fork" => "a process: fork",
        "fork server" => "a process: from a fork server",
        "true" => "the program `true`",
        "spawn" => "a process: spawn, this program anew",
        "fork and exec" => "a process: fork and exec, this program anew",
        _ => way,
    }
}

pub(crate) fn start(stage: &mut Stage) -> Outcome {
    spare::threads(1)?;
    let mut times = vec![Vec::new(); WAYS.len()];
    // The ways take turns, so that a slow moment of the machine slows all of them down.
    for round in 0..=stage.size() {
        for ((_, way), times) in WAYS.iter().zip(&mut times) {
            let (outcome, time) = clock::time(way);
            outcome?;
            // The first round only warms up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    let medians: Vec<_> = times.into_iter().map(median).collect();

    let mut table = Table::new(["", "time", "against a thread"]);
    for ((name, _), &time) in WAYS.iter().zip(&medians) {
        let ratio = time.as_secs_f64() / medians[0].as_secs_f64();
        table.row([about(name), &format::time(time), &format::ratio(ratio)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[cfg(target_os = "linux")]
pub(crate) fn grow(stage: &mut Stage) -> Outcome {
    use processes::ballast::Pages;
    use processes::growing::LargeProcess;

    let large = stage.size() << 20;
    let mut small = LargeProcess::start(1 << 20, Pages::Small)?;
    let mut large = LargeProcess::start(large, Pages::Small)
        .map_err(|error| format!("{error}; --size takes fewer MiB"))?;
    let size = format!("{} MiB", format::count(stage.size()));
    let mut table = Table::new(["parent with", "1 MiB", &size, ""]);
    for (name, _) in WAYS {
        let small = median(small.time(name, 11)?);
        let large = median(large.time(name, 11)?);
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        table.row([
            about(name),
            &format::time(small),
            &format::time(large),
            &format::ratio(ratio),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(crate) use super::only_on_linux as grow;
