//! Two processes that add to a number in shared memory. And how much shared memory is left when
//! processes that have made some are killed.

use benches::samples::median;
use benches::{Observer, Unit};
use ipc::segment::leftovers::{KINDS, Owner};
use ipc::segment::{FORCED, WAYS, add_together, held};

/// How often each process adds.
const EACH: u64 = 1_000_000;
const TRIES: usize = 5;
/// How many owners are killed, and how much memory each of them makes: together 32 MiB, half of
/// what a container has when nothing else is set.
const OWNERS: usize = 8;
const BYTES: usize = 4 << 20;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for (way, _) in WAYS.iter().filter(|(way, _)| *way != FORCED) {
            // Where the system runs both processes on one core, nothing is lost; the median passes over
            // such a try.
            let lost =
                median((0..observer.times(TRIES)).map(|_| lost_of_1_000(way)).collect());
            observer.sample(&format!("lost of 1,000/{way}"), Unit::Count, lost);
        }
        for (kind, _) in KINDS {
            let left = left_by_the_killed(kind);
            observer.sample(&format!("held after the kill/{kind}"), Unit::Bytes, left);
        }
    }
}

fn lost_of_1_000(way: &str) -> f64 {
    let count = add_together(way, EACH).expect("they add");
    1_000.0 - 1_000.0 * count as f64 / (2 * EACH) as f64
}

/// How much more memory the system holds after all owners have been killed than before they
/// began, in bytes.
fn left_by_the_killed(kind: &str) -> f64 {
    let before = held().expect("Linux says so");
    let owners: Vec<_> = (0..OWNERS)
        .map(|_| Owner::start(kind, BYTES).expect("there is memory to spare"))
        .collect();
    let leftovers: Vec<_> =
        owners.into_iter().map(|owner| owner.kill().expect("it lived")).collect();
    let after = held().expect("Linux says so");
    // Segments that have a name are removed here.
    drop(leftovers);
    after.saturating_sub(before) as f64
}
