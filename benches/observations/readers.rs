//! How long it takes to read a list that others read, too: under a lock, under a lock for readers,
//! and from a copy for each thread.
//!
//! The ways take turns, so that a slow moment of the machine slows all of them down.

use benches::{Observer, Unit};
use threads::reading::WAYS;
use tour::clock;
use workloads::parts::cores;

const NUMBERS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
/// How long a single thread reads, roughly, in nanoseconds; and what we assume for that: what a lock
/// takes, and what a number does. So long that the system finds a core for each thread.
const LONG: usize = 15_000_000;
const LOCK: usize = 15;
const PER_NUMBER: f64 = 0.3;

pub(crate) fn observe(observer: &mut Observer) {
    let long = observer.times(LONG);
    for _ in 0..observer.rounds() {
        for numbers in NUMBERS {
            let times = long / (LOCK + (PER_NUMBER * numbers as f64) as usize);
            let every_core = ("every core", cores());
            // With a single thread, only the lock is of interest.
            let alone = (numbers == 1).then_some(("one thread", 1));
            for (group, threads) in alone.into_iter().chain([every_core]) {
                for (name, read) in WAYS {
                    let (sum, time) = clock::time(|| read(threads, times, numbers));
                    let each = (times * numbers * (numbers + 1) / 2) as u64;
                    assert_eq!(sum, threads as u64 * each, "{name}: all is read");
                    let id = format!("{group}/{name}/{numbers}");
                    let per_read = time.as_nanos() as f64 / times as f64;
                    observer.sample(&id, Unit::Ns, per_read);
                }
            }
        }
    }
}
