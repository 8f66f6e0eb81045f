//! An echo server in the interpreter: requests in a second and how long each took, alone and beside
//! threads that compute, under several policies and with several switch intervals. And Python's.

use std::time::Duration;

use benches::{Observer, Unit, python};
use gil::echo::latencies;
use gil::policy::{Biased, FineGrained, Interval, Policy, Tick};

/// How long a client asks, in milliseconds.
const TIME: usize = 300;
/// Switch intervals, in microseconds.
const INTERVALS: [u64; 7] = [10, 20, 50, 200, 1_000, 5_000, 50_000];
const PASSES: usize = 2;

pub(crate) fn observe(observer: &mut Observer) {
    let time = Duration::from_millis(observer.times(TIME) as u64);
    for _ in 0..observer.times(PASSES) * observer.rounds() {
        policy(observer, time, Tick::NAME, Tick::default);
        let [alone, beside] = policy(observer, time, Interval::NAME, Interval::default);
        policy(observer, time, FineGrained::NAME, FineGrained::default);
        let [biased_alone, biased] =
            policy(observer, time, Biased::NAME, Biased::default);
        observer.sample("falls by/interval", Unit::Ratio, alone / beside);
        observer.sample("falls by/biased", Unit::Ratio, biased_alone / biased);
        for micros in INTERVALS {
            let short = || Interval::every(Duration::from_micros(micros));
            let rate = rate(short(), 1, time);
            let name = format!("by interval/beside one that computes/{micros}");
            observer.sample(&name, Unit::Count, rate);
            let name = format!("by interval/alone/{micros}");
            observer.sample(&name, Unit::Count, self::rate(short(), 0, time));
            if micros == 20 {
                observer.sample(
                    "won back by 20 microseconds",
                    Unit::Ratio,
                    rate / beside,
                );
            }
        }
        let times = python::times(
            observer,
            "crates/gil/python/echo.py",
            &python::hurry(observer),
        );
        if let [(_, alone), (_, beside), (_, short)] = times[..] {
            for (name, time) in [
                ("Python/alone", alone),
                ("Python/beside one", beside),
                ("Python, 20 microseconds/beside one", short),
            ] {
                observer.sample(&format!("in a second/{name}"), Unit::Count, 1e9 / time);
            }
            observer.sample("falls by/Python", Unit::Ratio, beside / alone);
            observer.sample(
                "Python won back by 20 microseconds",
                Unit::Ratio,
                beside / short,
            );
        }
    }
}

/// Requests in a second, alone, and beside one and two threads that compute; returns the first
/// two.
fn policy<P: Policy>(
    observer: &mut Observer,
    time: Duration,
    name: &str,
    policy: impl Fn() -> P,
) -> [f64; 2] {
    let names = ["alone", "beside one", "beside two"];
    let [alone, one, _] = [0, 1, 2].map(|computing| {
        let mut latencies = asked(policy(), computing, time);
        let (rate, beside) = (in_a_second(&latencies), names[computing]);
        observer.sample(&format!("in a second/{name}/{beside}"), Unit::Count, rate);
        latencies.sort_unstable();
        for (percent, which) in [(50, "median"), (90, "the slowest of ten")] {
            let latency = latencies[(latencies.len() - 1) * percent / 100];
            let id = format!("a request/{name}, {beside}/{which}");
            observer.sample(&id, Unit::Ns, latency.as_nanos() as f64);
        }
        rate
    });
    [alone, one]
}

fn rate<P: Policy>(policy: P, computing: usize, time: Duration) -> f64 {
    in_a_second(&asked(policy, computing, time))
}

fn asked<P: Policy>(policy: P, computing: usize, time: Duration) -> Vec<Duration> {
    latencies(policy, computing, time).expect("loopback has a free port")
}

fn in_a_second(latencies: &[Duration]) -> f64 {
    latencies.len() as f64 / latencies.iter().sum::<Duration>().as_secs_f64()
}
