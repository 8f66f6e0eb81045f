use std::io::Write;
use std::time::Duration;

use ipc::peer::ECHO;
use ipc::transport::ALL;
use ipc::{limits, trips};
use tour::{Outcome, Stage, Table, format};

use super::{median, meet};

/// The lengths of the messages in bytes, and how many round trips of one byte there are for each
/// round trip of that length.
const LENGTHS: [(usize, u64); 3] = [(1, 1), (4 << 10, 2), (1 << 20, 50)];

/// How often the transports take turns.
const TURNS: u64 = 5;

pub(crate) fn run(stage: &mut Stage) -> Outcome {
    let mut times = vec![[(); LENGTHS.len()].map(|()| Vec::new()); ALL.len()];
    let mut calls = [(); LENGTHS.len()].map(|()| Vec::new());
    // The transports take turns, so that a slow moment of the machine slows all of them down.
    for _ in 0..TURNS {
        for (&transport, times) in ALL.iter().zip(&mut times) {
            let mut other = meet(transport, &ECHO)?;
            for ((length, share), times) in LENGTHS.into_iter().zip(times) {
                let rounds = (stage.size() / TURNS / share).max(1) as u32;
                let message = vec![b'x'; length];
                let time = trips::round_trips(&mut other.connection, &message, rounds)?;
                times.push(time / rounds);
            }
        }
        for ((length, _), times) in LENGTHS.into_iter().zip(&mut calls) {
            // So many that the clock can measure them.
            let rounds = 1_000;
            let time = limits::call(&vec![b'x'; length], &mut Vec::new(), rounds);
            times.push(time / rounds);
        }
    }

    let heads = LENGTHS.map(|(length, _)| format::bytes(length as f64));
    let [a, b, c] = &heads;
    let mut table = Table::new(["there and back", a, b, c]);
    let mut row = |name: &str, times: [Vec<Duration>; LENGTHS.len()]| {
        let [a, b, c] = times.map(|times| format::time(median(times)));
        table.row([name, &a, &b, &c]);
    };
    for (transport, times) in ALL.iter().zip(times) {
        row(&transport.to_string(), times);
    }
    row("a plain call, with a copy", calls);
    write!(stage, "{table}")?;
    Ok(())
}
