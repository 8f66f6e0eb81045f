//! An echo server in the interpreter, alone and beside threads that compute: how many requests it
//! answers in a second, and how long each takes. Under several policies, with several switch
//! intervals, on all cores and on one. And Python's echo server, asked by the same client.

use std::time::Duration;

use benches::{Observer, Unit, python};
use gil::echo::{self, ask_each};
use gil::echo_process::{ECHO, latencies};
use gil::lanes::{Event, State, passed_over};
use gil::policy::{Biased, FineGrained, Interval, Policy, Tick};
use processes::worker::Worker;

/// How long a client asks, in milliseconds.
const TIME: usize = 300;
/// Python's switch interval, and ours as long as no other one is set.
const USUAL: Duration = Duration::from_millis(5);
/// The switch intervals to try, in microseconds.
const INTERVALS: [u64; 7] = [10, 20, 50, 200, 1_000, 5_000, 50_000];
/// How many threads compute beside the server.
const BESIDE: [(usize, &str); 3] = [(0, "alone"), (1, "beside one"), (2, "beside two")];

pub(crate) fn observe(observer: &mut Observer) {
    let time = Duration::from_millis(observer.times(TIME) as u64);
    for _ in 0..observer.rounds() {
        everybody(observer, time, "on all cores");
        #[cfg(target_os = "linux")]
        crate::cores::on_one(|| everybody(observer, time, "on one core"));
        intervals(observer, time);
        for computing in [1, 2] {
            passes(observer, time, computing);
        }
    }
}

/// Measures our server under each policy, and Python's.
fn everybody(observer: &mut Observer, time: Duration, cores: &str) {
    let mut worker = Worker::start(&ECHO).expect("it can be started");
    for policy in [Tick::NAME, Interval::NAME, FineGrained::NAME, Biased::NAME] {
        let asked = BESIDE.map(|(computing, _)| {
            latencies(&mut worker, policy, USUAL, computing, time).expect("it answers")
        });
        note(observer, policy, cores, &asked);
    }
    let script = "crates/gil/python/echo.py";
    let (asked, _) = ask_each(BESIDE.len() + 1, time, |port| {
        python::times(observer, script, &[port.to_string()])
    })
    .expect("loopback has a free port");
    let Ok([alone, one, two, short]) = <[_; 4]>::try_from(asked) else { return };
    let (rate, beside) = (in_a_second(&short), in_a_second(&one));
    note(observer, "Python", cores, &[alone, one, two]);
    let name = format!("in a second/Python, 20 microseconds, beside one/{cores}");
    observer.sample(&name, Unit::Count, rate);
    let name = format!("won back by 20 microseconds/Python, {cores}");
    observer.sample(&name, Unit::Ratio, rate / beside);
}

/// Takes samples of how many requests were answered in a second, and of how long each took: alone,
/// beside one and beside two threads that compute.
fn note(observer: &mut Observer, who: &str, cores: &str, asked: &[Vec<Duration>; 3]) {
    for ((_, beside), latencies) in BESIDE.iter().zip(asked) {
        let id = format!("in a second/{who}, {beside}/{cores}");
        observer.sample(&id, Unit::Count, in_a_second(latencies));
        let mut latencies = latencies.clone();
        latencies.sort_unstable();
        for (percent, which) in [(50, "median"), (90, "the slowest of ten")] {
            let latency = latencies[(latencies.len() - 1) * percent / 100];
            let id = format!("a request {cores}/{who}, {beside}/{which}");
            observer.sample(&id, Unit::Ns, latency.as_nanos() as f64);
        }
    }
    let falls = in_a_second(&asked[0]) / in_a_second(&asked[1]);
    observer.sample(&format!("falls by/{who}/{cores}"), Unit::Ratio, falls);
}

/// Measures our server with each switch interval.
fn intervals(observer: &mut Observer, time: Duration) {
    let mut worker = Worker::start(&ECHO).expect("it can be started");
    let mut rate = |micros, computing| {
        let interval = Duration::from_micros(micros);
        let asked = latencies(&mut worker, Interval::NAME, interval, computing, time);
        in_a_second(&asked.expect("it answers"))
    };
    let usual = rate(USUAL.as_micros() as u64, 1);
    for micros in INTERVALS {
        let beside = rate(micros, 1);
        let id = format!("by interval/beside one that computes/{micros}");
        observer.sample(&id, Unit::Count, beside);
        let id = format!("by interval/alone/{micros}");
        observer.sample(&id, Unit::Count, rate(micros, 0));
        if micros == 20 {
            let id = "won back by 20 microseconds/interval";
            observer.sample(id, Unit::Ratio, beside / usual);
        }
    }
}

/// How often, in each request, the lock went to a thread that computes while the server waited for it,
/// and how many switch intervals the server waited.
fn passes(observer: &mut Observer, time: Duration, computing: usize) {
    let ended = echo::lanes(Interval::default(), computing, time);
    let ended = ended.expect("loopback has a free port");
    let records: Vec<&[Event]> = ended.iter().map(|ended| &ended.record[..]).collect();
    let [server, others @ ..] = &records[..] else { return };
    let (beside, rests) = (BESIDE[computing].1, State::Rests);
    // The server rests twice in each request: to read and to send.
    let requests =
        server.iter().filter(|event| event.state == rests).count() as f64 / 2.0;
    let waited: Duration = server
        .iter()
        .zip(server.iter().skip(1))
        .filter(|(event, _)| event.state == State::Waits)
        .map(|(from, to)| to.at - from.at)
        .sum();
    let passed = passed_over(server, others) as f64 / requests;
    observer.sample(
        &format!("in each request/{beside}/times passed over"),
        Unit::Count,
        passed,
    );
    let intervals = waited.as_secs_f64() / requests / USUAL.as_secs_f64();
    observer.sample(
        &format!("in each request/{beside}/intervals waited"),
        Unit::Count,
        intervals,
    );
}

fn in_a_second(latencies: &[Duration]) -> f64 {
    latencies.len() as f64 / latencies.iter().sum::<Duration>().as_secs_f64()
}
