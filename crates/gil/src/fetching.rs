//! Pages of a slow site, fetched by threads of the interpreter: what threads are good for, even
//! under a lock that all of them share.

use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use workloads::slow_site::SlowSite;

use crate::interpreter::{Call, Ended, Interpreter, Value};
use crate::policy::Policy;
use crate::programs::program;

/// How long a thread waits for its page at most.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many objects the interpreter has room for.
const PLACES: u32 = 4_096;

/// Fetches so many `pages` at the same time, each in a thread of its own, and returns how long that
/// took. The connections are made before the clock starts.
///
/// # Errors
///
/// When the site can't be reached, or answers something else.
///
/// # Panics
///
/// When there are more pages than an interpreter may have threads, or the system has no thread to
/// spare.
pub fn at_once<P: Policy>(
    policy: P,
    site: &SlowSite,
    pages: i64,
) -> io::Result<Duration> {
    fetch(policy, site, pages, |interpreter, calls| interpreter.run(calls, false))
}

/// As [`at_once`], but fetches one page after the other.
///
/// # Errors
///
/// As [`at_once`].
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn one_after_the_other<P: Policy>(
    policy: P,
    site: &SlowSite,
    pages: i64,
) -> io::Result<Duration> {
    fetch(policy, site, pages, |interpreter, calls| {
        calls.iter().flat_map(|call| interpreter.run(&[*call], false)).collect()
    })
}

fn fetch<P: Policy>(
    policy: P,
    site: &SlowSite,
    pages: i64,
    run: impl FnOnce(&Interpreter<P>, &[Call]) -> Vec<Ended>,
) -> io::Result<Duration> {
    let url = site.url(1);
    let address = url.split('/').nth(2).unwrap_or_default();
    let connect = |_| {
        let connection = TcpStream::connect(address)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        Ok(connection)
    };
    let connections = (0..pages).map(connect).collect::<io::Result<_>>();
    let connections = connections.map_err(|error| {
        io::Error::other(format!("couldn't connect to {address}: {error}"))
    })?;
    let interpreter = Interpreter::new(policy, program("fetch"), PLACES);
    let interpreter = interpreter.map_err(io::Error::other)?;
    let interpreter = interpreter.connected(connections);

    let numbers: Vec<[i64; 1]> = (0..pages).map(|number| [number]).collect();
    let calls: Vec<Call> = numbers.iter().map(|number| ("fetch", &number[..])).collect();
    let start = Instant::now();
    let ended = run(&interpreter, &calls);
    let time = start.elapsed();
    for Ended { returned, .. } in ended {
        match returned.map_err(io::Error::other)? {
            Value::Str(text) if text.contains(" 200 OK") => {}
            other => return Err(io::Error::other(format!("no page: {other:?}"))),
        }
    }
    Ok(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Interval, Tick};

    #[test]
    fn every_page_arrives() {
        let site = SlowSite::open(Duration::from_millis(1)).unwrap();
        assert!(at_once(Interval::default(), &site, 10).is_ok());
        assert!(one_after_the_other(Tick::default(), &site, 3).is_ok());
    }

    #[test]
    fn a_closed_site_is_an_error() {
        let site = SlowSite::open(Duration::from_millis(1)).unwrap();
        let connected = fetch(Interval::default(), &site, 1, |interpreter, calls| {
            interpreter.run(calls, false);
            // The site has answered, and closed the connection.
            interpreter.run(calls, false)
        });
        assert!(connected.unwrap_err().to_string().starts_with("no page"));
    }
}
