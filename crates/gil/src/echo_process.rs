//! The echo server in a process of its own. Python's echo server runs in one, too, so that the same
//! client can ask both from outside when the two are compared.

use std::io;
use std::time::Duration;

use processes::worker::{Work, Worker, answer};

use crate::echo::{ask_each, serve};
use crate::policy::{Biased, FineGrained, Interval, Policy, Tick};

/// A server: the name of its policy, the switch interval in microseconds, where there is one, how many
/// threads compute beside it, and the port at which its client listens.
type Server = (String, u64, usize, u16);

/// The work of such a process: runs one server after the other, as its parent asks for them.
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

/// Runs a server in `worker`, which was started for [`ECHO`], and its client in this process;
/// returns how long each request took. The client sends one request after the other for about
/// `time`.
///
/// The server runs under the policy called `policy`; `interval` is its switch interval, if the
/// policy has one. Beside the server, `computing` other threads of its interpreter compute.
///
/// # Errors
///
/// When the loopback interface has no free port, the worker has ended, its server stopped, or there
/// is no such policy.
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
