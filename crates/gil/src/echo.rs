//! An echo server in the interpreter, beside threads that only compute; and a client that measures
//! how long it waits for each answer.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::interpreter::{Call, Ended, Interpreter};
use crate::policy::Policy;
use crate::programs::program;

/// How long the client waits for an answer at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many objects the interpreter has room for.
const PLACES: u32 = 4_096;

/// Runs the server and its client in this process, and returns how long each request took. The
/// client sends one request after the other for about `time`, and at least one; meanwhile,
/// `computing` other threads of the interpreter compute.
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
    Ok(both(policy, computing, time, false)?.0)
}

/// As [`latencies`], but returns what the threads of the interpreter did meanwhile, with their
/// records: first the server, then the threads that compute.
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
    Ok(both(policy, computing, time, true)?.1)
}

/// Runs server and client in this process. Returns the latencies, and how the threads ended.
fn both<P: Policy>(
    policy: P,
    computing: usize,
    time: Duration,
    record: bool,
) -> io::Result<(Vec<Duration>, Vec<Ended>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let server = TcpStream::connect(listener.local_addr()?)?;
    let (client, _) = listener.accept()?;
    let interpreter = Interpreter::new(policy, program("echo"), PLACES);
    let interpreter = interpreter.map_err(io::Error::other)?;
    thread::scope(|scope| {
        let running = scope.spawn(move || answer(interpreter, computing, server, record));
        let asked = ask(client, time);
        // Looked at before the client's result: a server that stopped is why the client got no
        // answer.
        let ended = running.join().expect("the interpreter doesn't panic")?;
        Ok((asked?, ended))
    })
}

/// Serves `connection` until the client closes it, beside `computing` threads that compute.
fn answer<P: Policy>(
    interpreter: Interpreter<P>,
    computing: usize,
    connection: TcpStream,
    record: bool,
) -> io::Result<Vec<Ended>> {
    connection.set_nodelay(true)?;
    let interpreter = interpreter.connected(vec![connection]);
    let compute: Call = ("compute", &[]);
    let calls: Vec<Call> =
        [("echo", &[0][..])].into_iter().chain(vec![compute; computing]).collect();
    let ended = interpreter.run(&calls, record);
    for ended in &ended {
        ended.returned.as_ref().map_err(|stopped| io::Error::other(stopped.clone()))?;
    }
    Ok(ended)
}

/// Connects to a client in another process, which listens at `port` of this machine, and serves it
/// until it closes the connection. Meanwhile, `computing` other threads compute.
///
/// # Errors
///
/// When no client listens there, or a thread of the interpreter stops.
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn serve<P: Policy>(policy: P, computing: usize, port: u16) -> io::Result<()> {
    let interpreter = Interpreter::new(policy, program("echo"), PLACES);
    let interpreter = interpreter.map_err(io::Error::other)?;
    let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    answer(interpreter, computing, connection, false).map(drop)
}

/// Asks `times` servers, one after the other, for about `time` each. Returns how long each request
/// took, in a list for each server, and what `serve` returned.
///
/// `serve` runs meanwhile, and starts the servers or is one itself; they connect to the port that
/// it gets as its argument. When `serve` returns early, or a server doesn't answer, there are fewer
/// lists, or none.
///
/// # Errors
///
/// When the loopback interface has no free port.
///
/// # Panics
///
/// When `serve` does.
pub fn ask_each<T: Send>(
    times: usize,
    time: Duration,
    serve: impl FnOnce(u16) -> T + Send,
) -> io::Result<(Vec<Vec<Duration>>, T)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::scope(|scope| {
        let serving = scope.spawn(move || {
            let served = serve(address.port());
            // The client may still wait for a server that never comes. This connection ends its
            // wait: it is closed at once and answers nothing.
            let _ = TcpStream::connect(address);
            served
        });
        let next = |_| listener.accept().and_then(|(client, _)| ask(client, time)).ok();
        let asked = (0..times).map_while(next).collect();
        // A server that connects from now on is refused at once, so it doesn't wait for a client
        // that has given up.
        drop(listener);
        Ok((asked, serving.join().expect("those who serve don't panic")))
    })
}

/// Sends one request after the other for about `time`; returns how long each took.
fn ask(mut client: TcpStream, time: Duration) -> io::Result<Vec<Duration>> {
    client.set_nodelay(true)?;
    client.set_read_timeout(Some(PATIENCE))?;
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::policy::{Biased, Interval, Tick};

    const SHORT: Duration = Duration::from_millis(1);

    #[test]
    fn each_server_answers_in_turn() {
        let (asked, served) = ask_each(3, SHORT, |port| {
            serve(Tick::default(), 0, port)?;
            serve(Interval::every(SHORT), 2, port)?;
            serve(Biased::default(), 1, port)
        })
        .unwrap();
        served.unwrap();
        assert_eq!(asked.len(), 3);
        assert!(asked.iter().all(|latencies| !latencies.is_empty()));
    }

    /// The first case is that of a machine without Python, the second that of a script that fails
    /// after its first server.
    #[test]
    fn nobody_waits_for_servers_that_never_come() {
        let (say, said) = mpsc::channel();
        thread::spawn(move || {
            let (asked, ()) = ask_each(2, SHORT, |_| ()).unwrap();
            say.send(asked.len()).unwrap();
            let (asked, served) =
                ask_each(2, SHORT, |port| serve(Tick::default(), 0, port)).unwrap();
            served.unwrap();
            say.send(asked.len()).unwrap();
        });
        // Long enough for any machine, short enough for a reader who waits for a failure.
        let answered = || said.recv_timeout(Duration::from_secs(60));
        assert_eq!(answered(), Ok(0));
        assert_eq!(answered(), Ok(1));
    }

    #[test]
    fn server_and_client_live_in_one_process_too() {
        assert!(!latencies(Interval::default(), 1, SHORT).unwrap().is_empty());
        let ended = lanes(Interval::default(), 1, SHORT).unwrap();
        assert!(ended.iter().all(|ended| !ended.record.is_empty()));
    }
}
