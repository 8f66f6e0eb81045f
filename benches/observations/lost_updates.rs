//! How often updates are lost when nobody forces it: two threads that add by load and store.

use benches::{Observer, Unit};
use race_conditions::lost_update::broken;

/// Additions of each thread.
const SIZES: [u64; 4] = [100, 1_000, 10_000, 100_000];
/// Runs in a round, of each size.
const RUNS: usize = 500;
/// How much is lost of the most additions: the upper ends of the bars, in per cent.
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
            let lost =
                || 100.0 - 100.0 * broken::count(2, size) as f64 / (2 * size) as f64;
            let lost: Vec<f64> = (0..RUNS).map(|_| lost()).collect();
            let some = lost.iter().filter(|&&percent| percent > 0.0).count();
            observer.sample(&format!("left alone/{size}"), Unit::Count, some as f64);
            if size == SIZES[SIZES.len() - 1] {
                let mut below = 0;
                for (name, most) in SHARES {
                    let up_to = lost.iter().filter(|&&percent| percent <= most).count();
                    let runs = (up_to - below) as f64;
                    observer.sample(&format!("lost/{name}"), Unit::Count, runs);
                    below = up_to;
                }
            }
        }
    }
}
