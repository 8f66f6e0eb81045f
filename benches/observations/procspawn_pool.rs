//! The pool of the crate `procspawn`, the nearest peer in Rust.

use benches::samples::median;
use benches::{Observer, Unit};
use tour::clock;

/// The median time of a round trip of a task that does nothing, in nanoseconds.
pub(crate) fn round_trip(observer: &mut Observer, trips: u64) -> f64 {
    let pool = procspawn::Pool::builder(2).build().expect("workers can be started");
    let trip = |n: u64| {
        let (came, time) = clock::time(|| procspawn::spawn!(in pool, (n) || n).join());
        assert_eq!(came.expect("it is done"), n);
        time.as_nanos() as f64
    };
    // The first trips start the workers.
    (0..20).map(trip).for_each(|_: f64| ());
    let trip = median((0..trips).map(trip).collect());
    observer.sample("a round trip/procspawn's", Unit::Ns, trip);
    pool.shutdown();
    trip
}
