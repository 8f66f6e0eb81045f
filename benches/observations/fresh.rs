//! The same loop in twenty fresh processes: how wide the interval is inside each, and how wide
//! that from one to the next.

use benches::{Observer, Unit};
use processes::worker::{Link, Work, Worker, end_with_parent};
use tour::clock;
use workloads::squares;

const PROCESSES: usize = 20;
const RUNS: usize = 50;
const NUMBERS: u64 = 1_000_000;

/// Times the loop, and sends the times in nanoseconds.
pub(crate) const LOOP: Work = Work::new("fresh: loop", |mut link: Link| {
    end_with_parent(&link)?;
    let expected = squares::sum(0..NUMBERS);
    let time = |_| {
        let (sum, time) = clock::time(|| squares::sum(0..NUMBERS));
        assert_eq!(sum, expected);
        time.as_nanos() as f64
    };
    link.send(&(0..RUNS).map(time).collect::<Vec<_>>())
});

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut medians = Vec::new();
        for _ in 0..PROCESSES {
            let mut worker = Worker::start(&LOOP).expect("it starts");
            let times: Vec<f64> = worker.receive().expect("it times");
            worker.join().expect("it ends");
            let (median, width) = middle(times);
            medians.push(median);
            observer.sample("inside a process", Unit::Ns, width);
        }
        let (_, width) = middle(medians);
        observer.sample("between processes", Unit::Ns, width);
    }
}

/// The median, and how wide its 95% interval is: by ranks, as in a published interval
/// (Conover, *Practical Nonparametric Statistics*).
fn middle(mut samples: Vec<f64>) -> (f64, f64) {
    samples.sort_unstable_by(f64::total_cmp);
    let n = samples.len();
    let k = (n as f64 / 2.0 - 1.96 * (n as f64).sqrt() / 2.0).floor().max(0.0) as usize;
    let median = f64::midpoint(samples[(n - 1) / 2], samples[n / 2]);
    (median, samples[n - 1 - k] - samples[k])
}
