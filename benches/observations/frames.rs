//! A screen while work goes on: the longest stall and the frames missed.

use benches::{Observer, Unit};
use threads::frames::{Work, draw, in_thread, inline};
use workloads::primes;

/// The size of the work: enough to miss several frames.
const NUMBERS: u64 = 2_000_000;
/// How many frames are drawn before the click.
const BEFORE: u32 = 20;

pub(crate) fn observe(observer: &mut Observer) {
    let work = || primes::count(0..NUMBERS);
    let ways: [(&str, &dyn Fn() -> Work<u64>); 2] = [
        ("in the drawing thread", &|| inline(work)),
        ("in a thread of its own", &|| in_thread(work)),
    ];
    for _ in 0..observer.rounds() {
        for (name, start) in ways {
            let seen = draw(BEFORE, start);
            observer.sample(
                &format!("longest stall/{name}"),
                Unit::Ns,
                seen.longest_stall.as_nanos() as f64,
            );
            observer.sample(
                &format!("frames missed/{name}"),
                Unit::Count,
                seen.missed.into(),
            );
        }
    }
}
