//! An echo server in the interpreter, beside threads that only compute; and a client that counts
//! how many answers it gets.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::interpreter::{Call, Ended, Interpreter};
use crate::policy::Policy;
use crate::programs::program;

/// How long the client waits for an answer at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// Room for objects.
const PLACES: u32 = 4_096;

/// How long each request took, for a client that sends one after the other for about `time`, while
/// `computing` other threads compute. At least one request is made.
///
/// # Errors
///
/// When the loopback interface has no free port, or a thread of the interpreter stops.
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn latencies<P: Policy>(
    policy: P,
    computing: usize,
    time: Duration,
) -> io::Result<Vec<Duration>> {
    Ok(serve(policy, computing, time, false)?.0)
}

/// What the threads did meanwhile: first the server, then those that compute.
///
/// # Errors
///
/// As [`latencies`].
///
/// # Panics
///
/// As [`latencies`].
pub fn lanes<P: Policy>(
    policy: P,
    computing: usize,
    time: Duration,
) -> io::Result<Vec<Ended>> {
    Ok(serve(policy, computing, time, true)?.1)
}

fn serve<P: Policy>(
    policy: P,
    computing: usize,
    time: Duration,
    record: bool,
) -> io::Result<(Vec<Duration>, Vec<Ended>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    client.set_read_timeout(Some(PATIENCE))?;
    let interpreter = Interpreter::new(policy, program("echo"), PLACES);
    let interpreter = interpreter.map_err(io::Error::other)?;
    let interpreter = interpreter.connected(vec![server]);

    thread::scope(|scope| {
        let compute: Call = ("compute", &[]);
        let calls: Vec<Call> =
            [("echo", &[0][..])].into_iter().chain(vec![compute; computing]).collect();
        let runs = &interpreter;
        let running = scope.spawn(move || runs.run(&calls, record));
        let asked = ask(&mut client, time);
        // The server ends when nobody asks any more.
        drop(client);
        interpreter.set("stop", 1);
        let ended = running.join().expect("the interpreter doesn't panic");
        // Who stopped is the reason why nobody answered.
        for ended in &ended {
            ended
                .returned
                .as_ref()
                .map_err(|stopped| io::Error::other(stopped.clone()))?;
        }
        Ok((asked?, ended))
    })
}

/// Asks again and again.
fn ask(client: &mut TcpStream, time: Duration) -> io::Result<Vec<Duration>> {
    let (start, mut latencies) = (Instant::now(), Vec::new());
    let mut answer = [0; 5];
    while latencies.is_empty() || start.elapsed() < time {
        let asked = Instant::now();
        client.write_all(b"hello")?;
        client.read_exact(&mut answer)?;
        latencies.push(asked.elapsed());
    }
    Ok(latencies)
}
