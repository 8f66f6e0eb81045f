use std::io::Write;
use std::time::Duration;

use ipc::moving::inherited::Parent;
use ipc::moving::{Mover, WAYS, Way, change, pays};
use tour::{Outcome, Stage, Table, clock, format, spare};

use super::{FILES, median};

/// How often the numbers go each way, after a first trip that is not timed.
const TRIPS: usize = 5;

/// How many workers are assumed to share the work.
const WORKERS: u32 = 2;

pub(crate) fn run(stage: &mut Stage) -> Outcome {
    let numbers: Vec<f64> = (0..stage.size()).map(|n| n as f64).collect();
    let bytes = size_of_val(&numbers[..]);
    let mut changed = numbers.clone();
    change(&mut changed, 1);
    let mut table =
        Table::new(["there and back", "time", "computing that pays, for each byte"]);
    let mut row = |name: &str, time: Duration| {
        let line = format::nanoseconds(pays(time, bytes, WORKERS));
        table.row([name, &format::time(time), &line]);
    };
    for way in WAYS {
        spare::files(FILES)?;
        let mut mover = Mover::start(way, numbers.len())?;
        let mut came = Vec::new();
        let mut times = Vec::new();
        for _ in 0..=TRIPS {
            let (done, time) = clock::time(|| {
                mover.there(&numbers, 1)?;
                mover.back(&mut came)
            });
            done?;
            times.push(time);
            if way != Way::There && came != changed {
                return Err(format!("{way}: other numbers came back").into());
            }
        }
        row(&way.to_string(), median(times.split_off(1)));
    }
    let times = Parent::start()?.times(numbers.len(), TRIPS)?;
    let times = times.into_iter().map(Duration::from_nanos).collect();
    row("inherited by a fork, only there", median(times));
    write!(stage, "{table}")?;
    Ok(())
}
