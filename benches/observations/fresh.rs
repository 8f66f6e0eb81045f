//! The same loop in twenty fresh processes: how wide the interval is inside each process, and how
//! wide from one process to the next. And the same twenty times in a single process, where only time
//! passes.

use benches::{Observer, Unit};
use processes::worker::{Link, Work, Worker, end_with_parent};
use tour::clock;
use workloads::squares;

const PROCESSES: usize = 20;
const RUNS: usize = 50;
const NUMBERS: u64 = 1_000_000;

/// Times the loop, in as many stretches as the parent asks for, and sends the times in nanoseconds.
pub(crate) const LOOP: Work = Work::new("fresh: loop", |mut link: Link| {
    end_with_parent(&link)?;
    let stretches: usize = link.receive()?.unwrap_or_default();
    let expected = squares::sum(0..NUMBERS);
    let time = |_| {
        let (sum, time) = clock::time(|| squares::sum(0..NUMBERS));
        assert_eq!(sum, expected);
        time.as_nanos() as f64
    };
    let stretch = |_| (0..RUNS).map(time).collect();
    link.send(&(0..stretches).map(stretch).collect::<Vec<Vec<f64>>>())
});

/// The times of so many stretches, from a fresh process.
fn process(stretches: usize) -> Vec<Vec<f64>> {
    let mut worker = Worker::start(&LOOP).expect("it starts");
    let times = worker.ask(&stretches).expect("it times");
    worker.join().expect("it ends");
    times
}

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut medians = Vec::new();
        for _ in 0..PROCESSES {
            let (median, width) = middle(process(1).concat());
            medians.push(median);
            observer.sample("inside a process", Unit::Ns, width);
        }
        observer.sample("between processes", Unit::Ns, middle(medians).1);
        let stretches = process(PROCESSES).into_iter().map(|times| middle(times).0);
        let (_, width) = middle(stretches.collect());
        observer.sample("between stretches of one process", Unit::Ns, width);
    }
}

/// The median of the samples, and how wide its 95% interval is: by ranks, with the normal
/// approximation (Conover, *Practical Nonparametric Statistics*).
fn middle(mut samples: Vec<f64>) -> (f64, f64) {
    samples.sort_unstable_by(f64::total_cmp);
    let n = samples.len();
    let k = (n as f64 / 2.0 - 1.96 * (n as f64).sqrt() / 2.0).floor().max(0.0) as usize;
    let median = f64::midpoint(samples[(n - 1) / 2], samples[n / 2]);
    (median, samples[n - 1 - k] - samples[k])
}
