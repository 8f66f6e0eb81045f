//! Large arguments and results in a pool of two: there and back, one at a time and many at once; against a
//! plain copy, and against what Python has.

use std::collections::VecDeque;
use std::hint::black_box;

use benches::samples::median;
use benches::{Observer, Unit, python};
use hybrid_pools::counting::ECHO;
use hybrid_pools::pool::handle::Handle;
use hybrid_pools::{ProcessPool, WORK};
use serde_bytes::ByteBuf;
use tour::clock;

/// Lengths in bytes. The last one is left out of a first look.
const SIZES: [usize; 4] = [16 << 10, 256 << 10, 1 << 20, 64 << 20];
const WORKERS: usize = 2;
/// How many bytes are moved of each size in all, about; how many trips that are at most; and how many
/// trips come before, so that the pool knows how long results are.
const BYTES: usize = 128 << 20;
const TRIPS: usize = 63;
const BEFORE: usize = 3;

fn pool() -> ProcessPool {
    let options = ProcessPool::of(&WORK).expect("we know where we are").workers(WORKERS);
    let options = options.longest(128 << 20).capacity_in_bytes(256 << 20);
    options.start().expect("workers can be started")
}

/// How long `work` takes, in nanoseconds.
fn time<T>(work: impl FnOnce() -> T) -> f64 {
    clock::time(work).1.as_nanos() as f64
}

pub(crate) fn observe(observer: &mut Observer) {
    let sizes = if observer.is_quick() { &SIZES[..3] } else { &SIZES };
    for _ in 0..observer.rounds() {
        let ours: Vec<_> = sizes.iter().map(|&size| ours(observer, size)).collect();
        let arguments: Vec<_> = sizes.iter().map(usize::to_string).collect();
        let script = "crates/ipc/python/moving.py";
        for (name, ns) in python::times(observer, script, &arguments) {
            let parts: Vec<_> = name.split('/').collect();
            let [_, way, size] = parts[..] else { continue };
            observer.sample(&format!("there and back/{way}/{size}"), Unit::Ns, ns);
            let at = sizes.iter().position(|known| known.to_string() == size);
            if let Some(at) = at {
                let id = format!("against ours/{way}/{size}");
                observer.sample(&id, Unit::Ratio, ns / ours[at]);
            }
        }
    }
}

/// The median time of a trip there and back, in nanoseconds.
fn ours(observer: &mut Observer, size: usize) -> f64 {
    let (pool, bytes) = (pool(), ByteBuf::from(vec![7; size]));
    let trips = observer.times((BYTES / size).clamp(1, TRIPS));
    let submit = || pool.submit(&ECHO, &bytes).expect("there is room");
    let wait = |handle: Handle<ByteBuf>| {
        assert_eq!(handle.wait().expect("it comes back").len(), size);
    };
    let trip = || time(|| wait(submit()));
    let many = |count: usize| {
        let all = time(|| {
            let mut under_way = VecDeque::new();
            for _ in 0..count {
                if under_way.len() > WORKERS {
                    under_way.pop_front().into_iter().for_each(wait);
                }
                under_way.push_back(submit());
            }
            under_way.into_iter().for_each(wait);
        });
        all / count as f64
    };
    for _ in 0..BEFORE {
        trip();
    }
    let alone = median((0..trips).map(|_| trip()).collect());
    many(2 * WORKERS);
    let each = many(2 * trips.max(WORKERS));
    // As a receiver gets a copy of its own, here is what a plain copy takes.
    let copy = || time(|| black_box(black_box(&bytes[..]).to_vec()));
    copy();
    let copy = median((0..trips.max(3)).map(|_| copy()).collect());
    for (name, ns) in
        [("ours", alone), ("ours, one of many", each), ("two copies", 2.0 * copy)]
    {
        observer.sample(&format!("there and back/{name}/{size}"), Unit::Ns, ns);
    }
    for (name, ns) in [("alone", alone), ("one of many", each)] {
        let id = format!("as fast as a copy/{name}/{size}");
        observer.sample(&id, Unit::Ratio, 2.0 * copy / ns);
    }
    alone
}
