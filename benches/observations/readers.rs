//! How long it takes to read a list that others read, too: under a lock, under a lock for readers,
//! and from a copy for each thread.
//!
//! The ways take turns, so that a slow moment of the machine slows all of them down.

use benches::{Observer, Unit};
use threads::reading::WAYS;
use tour::clock;
use workloads::parts::cores;

const NUMBERS: [usize; 5] = [1, 10, 100, 1_000, 10_000];
/// So many numbers are read by each thread, but no list more often than this.
const TOTAL: usize = 4_000_000;
const MOST: usize = 100_000;

pub(crate) fn observe(observer: &mut Observer) {
    let (total, most) = (observer.times(TOTAL), observer.times(MOST));
    for _ in 0..observer.rounds() {
        for numbers in NUMBERS {
            let times = (total / numbers).min(most);
            for (group, threads) in [("one thread", 1), ("every core", cores())] {
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
