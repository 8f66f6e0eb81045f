use std::io::Write;

use ipc::peer::READ;
use ipc::transport::ALL;
use ipc::{limits, trips};
use tour::{Outcome, Stage, Table, format};

use super::{median, meet};

/// The length of each message, in bytes.
const LENGTH: usize = 1 << 20;

/// How often the transports take turns.
const TURNS: u64 = 5;

pub(crate) fn run(stage: &mut Stage) -> Outcome {
    let each = (stage.size() / TURNS).max(1) as u32;
    let message = vec![b'x'; LENGTH];
    let mut times = vec![Vec::new(); ALL.len()];
    let (mut copies, mut copy) = (Vec::new(), vec![0; LENGTH]);
    for _ in 0..TURNS {
        copies.push(limits::copy(&message, &mut copy, each) / each);
        for (&transport, times) in ALL.iter().zip(&mut times) {
            let mut other = meet(transport, &READ)?;
            // To warm up: the first messages touch the memory for the first time.
            trips::one_way(&mut other.connection, &message, 2)?;
            let time = trips::one_way(&mut other.connection, &message, each)?;
            times.push(time / each);
        }
    }

    let copy = median(copies);
    let mut table = Table::new(["a message of 1 MiB", "time", "against a copy"]);
    table.row(["a copy in memory", &format::time(copy), ""]);
    for (transport, times) in ALL.iter().zip(times) {
        let time = median(times);
        let ratio = time.as_secs_f64() / copy.as_secs_f64();
        let name = transport.to_string();
        table.row([&name, &format::time(time), &format::ratio(ratio)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}
