//! The echo server in a process of its own, as Python's is when the two are compared: the same client
//! asks both, from outside.

use std::io;
use std::time::Duration;

use processes::worker::{Work, Worker, answer};

use crate::echo::{ask_each, serve};
use crate::policy::{Biased, FineGrained, Interval, Policy, Tick};

/// A server: the name of its policy, the switch interval in microseconds, where there is one, how many
/// threads compute beside it, and the port at which its client listens.
type Server = (String, u64, usize, u16);

/// Serves one client after the other.
pub const ECHO: Work = Work::new("echo from an interpreter", |link| {
    answer(link, |server| run(server).map_err(|error| error.to_string()))
});

fn run((policy, micros, computing, port): Server) -> io::Result<()> {
    match policy.as_str() {
        Tick::NAME => serve(Tick::default(), computing, port),
        Interval::NAME => {
            serve(Interval::every(Duration::from_micros(micros)), computing, port)
        }
        FineGrained::NAME => serve(FineGrained::default(), computing, port),
        Biased::NAME => serve(Biased::default(), computing, port),
        _ => Err(io::Error::other(format!("no server runs under `{policy}`"))),
    }
}

/// How long each request took to `worker`, which was started for [`ECHO`] and has a server under the
/// policy of that name: for a client that sends one after the other for about `time`, while `computing`
/// other threads of the server's compute.
///
/// # Errors
///
/// When the loopback interface has no free port, or the worker has ended, or its server stopped or runs
/// under no such policy.
pub fn latencies(
    worker: &mut Worker,
    policy: &str,
    interval: Duration,
    computing: usize,
    time: Duration,
) -> io::Result<Vec<Duration>> {
    let micros = interval.as_micros() as u64;
    let (mut asked, served) = ask_each(1, time, |port| {
        let server: Server = (policy.into(), micros, computing, port);
        worker.ask::<Result<(), String>>(&server)
    })?;
    served.map_err(io::Error::other)?.map_err(io::Error::other)?;
    asked.pop().ok_or_else(|| io::Error::other("the server answered nothing"))
}
