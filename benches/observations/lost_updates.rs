//! How often updates are lost when nobody forces it: two threads that add by load and store.
//!
//! Each thread begins as soon as it has started, so a short run is over before the second thread
//! begins. To see what that hides, the same once more with threads that wait for each other first.

use benches::{Observer, Unit};
use race_conditions::lost_update::{Way, broken};

/// How often each thread adds.
const SIZES: [u64; 4] = [100, 1_000, 10_000, 100_000];
/// How many runs of each size there are in a round.
const RUNS: usize = 500;
/// How much the runs with the most additions lose: the upper ends of the bars, in per cent.
const SHARES: [(&str, f64); 6] = [
    ("nothing", 0.0),
    ("up to 10%", 10.0),
    ("up to 20%", 20.0),
    ("up to 30%", 30.0),
    ("up to 40%", 40.0),
    ("more", 100.0),
];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let forced = (0..RUNS).filter(|_| broken::forced() == 1).count();
        observer.sample("forced", Unit::Count, forced as f64);
        for size in SIZES {
            let lost = lost(broken::count, size);
            report(observer, "left alone", size, &lost);
            if size == SIZES[SIZES.len() - 1] {
                report_shares(observer, &lost);
            }
            let together = self::lost(broken::count_together, size);
            report(observer, "started together", size, &together);
        }
    }
}

/// How much each of the runs loses, in per cent.
fn lost(count: Way, size: u64) -> Vec<f64> {
    let lost = || 100.0 - 100.0 * count(2, size) as f64 / (2 * size) as f64;
    (0..RUNS).map(|_| lost()).collect()
}

/// Takes a sample of how many runs lose something.
fn report(observer: &mut Observer, start: &str, size: u64, lost: &[f64]) {
    let some = lost.iter().filter(|&&percent| percent > 0.0).count();
    observer.sample(&format!("{start}/{size}"), Unit::Count, some as f64);
}

/// Takes samples of how many runs lose how much.
fn report_shares(observer: &mut Observer, lost: &[f64]) {
    let mut below = 0;
    for (name, most) in SHARES {
        let up_to = lost.iter().filter(|&&percent| percent <= most).count();
        observer.sample(&format!("lost/{name}"), Unit::Count, (up_to - below) as f64);
        below = up_to;
    }
}
