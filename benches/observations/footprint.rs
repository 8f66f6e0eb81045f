//! How much memory idle threads and processes take, all of them together.

use benches::{Observer, Unit};
use processes::footprint::{CROWDS, measure};

const COUNTS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for count in COUNTS {
            for (crowd, _) in CROWDS {
                let bytes = measure(crowd, count).expect("they start");
                observer.sample(&format!("{crowd}/{count}"), Unit::Bytes, bytes as f64);
            }
        }
    }
}
