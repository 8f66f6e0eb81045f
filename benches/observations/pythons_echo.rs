//! Echo servers in a thread beside threads that compute, on every Python there is, at several switch
//! intervals, on all cores and on one. The client that asks them is the one that asks the model's server.

use std::time::Duration;

use benches::{Observer, Unit, python};
use gil::echo::ask_each;

/// What each server of the script stands beside, in the order of the servers.
const SERVERS: [&str; 6] = [
    "alone",
    "beside one",
    "beside two",
    "beside one, interval 20 µs",
    "beside one, interval 500 µs",
    "beside one, interval 50 ms",
];

/// How long a client asks, in milliseconds.
const TIME: usize = 150;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        each(observer, "");
        #[cfg(target_os = "linux")]
        crate::cores::on_one(|| each(observer, ", on one core"));
    }
}

fn each(observer: &mut Observer, cores: &str) {
    let time = Duration::from_millis(observer.times(TIME) as u64);
    python::with_each(|python, run| {
        let serve = |port: u16| {
            run(observer, "crates/pythons/python/echo.py", &[port.to_string()])
        };
        let asked = ask_each(SERVERS.len(), time, serve);
        let (asked, _) = asked.expect("loopback has a free port");
        if asked.len() < SERVERS.len() {
            return;
        }
        for (beside, mut latencies) in SERVERS.iter().zip(asked) {
            // The first request waited for its server to start.
            if latencies.len() > 1 {
                latencies.remove(0);
            }
            latencies.sort_unstable();
            let rate =
                latencies.len() as f64 / latencies.iter().sum::<Duration>().as_secs_f64();
            let mut note = |what: &str, unit, value| {
                observer.sample(
                    &format!("{what}/{beside}{cores}/{}", python.name),
                    unit,
                    value,
                );
            };
            note("in a second", Unit::Count, rate);
            // Beside these, a server answers too few requests to tell the slowest of ten.
            if ["beside two", "beside one, interval 50 ms"].contains(beside) {
                continue;
            }
            for (what, percent) in [("a request", 50), ("the slowest of ten", 90)] {
                let latency = latencies[(latencies.len() - 1) * percent / 100];
                note(what, Unit::Ns, latency.as_nanos() as f64);
            }
        }
    });
}
