//! Numbers go to a worker and come back, in every way and in some sizes, in Rust and in Python. How much
//! has to be computed for each byte before that pays; and whether it pays then.

use std::hint::black_box;
use std::time::Duration;

use benches::samples::median;
use benches::{Observer, Unit, python};
use ipc::moving::inherited::Parent;
use ipc::moving::{Mover, WAYS, Way, change, divided, pays};
use sha2::{Digest, Sha256};
use tour::clock;

/// How many bytes of numbers are moved. The last size is left out of a first look.
const SIZES: [usize; 5] = [1 << 10, 16 << 10, 256 << 10, 4 << 20, 64 << 20];
/// How many trips there are of each size: no more than this, and no more bytes in all than these, but
/// at least one trip.
const TRIPS: usize = 31;
const BYTES: usize = 16 << 20;

/// Where we check what [`pays`] says: with how many bytes, with how many workers, and how often.
const LOOKED_AT: usize = 4 << 20;
const WORKERS: usize = 2;
const LOOKS: usize = 3;
/// How often the number of steps that takes so long is guessed, each time from the last guess.
const GUESSES: usize = 6;

/// From how many bytes in a row something is computed.
const COMPUTED: usize = 256 << 10;

pub(crate) fn observe(observer: &mut Observer) {
    let sizes = if observer.is_quick() { &SIZES[..4] } else { &SIZES };
    for _ in 0..observer.rounds() {
        for way in WAYS {
            for &size in sizes {
                let time = there_and_back(observer, way, size);
                report(observer, "there and back", &way.to_string(), size, time);
            }
        }
        let mut parent = Parent::start().expect("it starts");
        for &size in sizes {
            let times = parent.times(size / 8, trips(observer, size)).expect("it forks");
            let time = median(times.into_iter().map(|ns| ns as f64).collect());
            report(observer, "there", "inherited by a fork", size, time);
        }
        look(observer);
        computing(observer);
        let arguments = sizes.iter().map(usize::to_string).collect::<Vec<_>>();
        let script = "crates/ipc/python/moving.py";
        for (name, ns) in python::times(observer, script, &arguments) {
            // The script uses the names of our tables.
            let name = name.trim_start_matches("Python: ");
            let parts: Vec<_> = name.split('/').collect();
            match parts[..] {
                [what, way, size] => {
                    let size = size.parse().expect("it is one of ours");
                    report(observer, what, way, size, ns);
                }
                _ => observer.sample(name, Unit::Ns, ns),
            }
        }
    }
}

/// Takes samples of how long a way takes, and of how much computing makes it pay with two workers.
fn report(observer: &mut Observer, what: &str, way: &str, size: usize, ns: f64) {
    observer.sample(&format!("{what}/{way}/{size}"), Unit::Ns, ns);
    let pays = pays(Duration::from_nanos(ns as u64), size, WORKERS as u32);
    observer.sample(&format!("pays/{way}/{size}"), Unit::Ns, pays);
}

fn trips(observer: &Observer, size: usize) -> usize {
    observer.times((BYTES / size).clamp(1, TRIPS))
}

fn numbers(size: usize) -> Vec<f64> {
    (0..size / 8).map(|n| n as f64).collect()
}

/// The median time of a trip there and back, in nanoseconds. Each number is changed in a single step.
fn there_and_back(observer: &Observer, way: Way, size: usize) -> f64 {
    let (numbers, mut came) = (numbers(size), Vec::new());
    let mut mover = Mover::start(way, numbers.len()).expect("it starts");
    let mut trip = || {
        let ((), time) = clock::time(|| {
            mover.there(&numbers, 1).expect("it takes them");
            mover.back(&mut came).expect("they come back");
        });
        time.as_nanos() as f64
    };
    trip();
    let time = median((0..trips(observer, size)).map(|_| trip()).collect());
    assert!(way == Way::There || came[3] == 2.5 && came.len() == numbers.len());
    time
}

/// Divides numbers among workers, with more to compute than what pays, and with less; and computes the
/// same here. What pays is predicted from the same trip with nothing to compute.
fn look(observer: &mut Observer) {
    let count = LOOKED_AT / 8;
    let mut movers = [(); WORKERS].map(|()| Mover::start(Way::Bytes, count).unwrap());
    let mut there = [(); WORKERS].map(|()| Mover::start(Way::There, count).unwrap());
    let mut numbers = numbers(LOOKED_AT);
    let mut trip = |steps| {
        let (done, time) = clock::time(|| divided(&mut numbers, steps, &mut movers));
        done.expect("they change numbers");
        time.as_nanos() as f64
    };
    trip(0);
    let line = 2.0 * median((0..LOOKS).map(|_| trip(0)).collect());
    let mut ours = self::numbers(LOOKED_AT);
    let mut here = |steps| {
        let ((), time) = clock::time(|| change(black_box(&mut ours), steps));
        time.as_nanos() as f64
    };
    here(1);
    for (name, times) in [("four times the line", 4.0), ("a quarter of the line", 0.25)] {
        // Many steps take longer than a few, step by step: while the steps are few, a processor does
        // several numbers at once. So each guess is made with the number of steps of the one before.
        let better = |steps: f64, _| (steps * times * line / here(steps as u64)).max(1.0);
        let steps = (0..GUESSES).fold(16.0, better).round() as u64;
        for _ in 0..observer.times(LOOKS) {
            let (alone, moved) = (here(steps), trip(steps));
            // The workers compute from as many numbers, which don't have to be brought there.
            let ((), unmoved) = clock::time(|| {
                for mover in &mut there {
                    mover.there(&vec![0.0; count / WORKERS], steps).expect("it is there");
                }
                for mover in &mut there {
                    mover.back(&mut Vec::new()).expect("it is done");
                }
            });
            let predicted = 0.5 + line / 2.0 / alone;
            for (what, ratio) in [
                ("two workers against one", moved / alone),
                ("two workers against the prediction", moved / alone / predicted),
                ("nothing moved, against one", unmoved.as_nanos() as f64 / alone),
            ] {
                observer.sample(&format!("{what}/{name}"), Unit::Ratio, ratio);
            }
        }
    }
}

/// How long some work computes for each byte, in nanoseconds.
fn computing(observer: &mut Observer) {
    let numbers: Vec<f64> =
        (0..COMPUTED / 8).map(|n| (n * 7_919 % 10_007) as f64).collect();
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    let works: [(&str, &dyn Fn() -> f64); 4] = [
        ("adding them up", &|| numbers.iter().sum()),
        ("the sine of each", &|| numbers.iter().map(|n| n.sin()).sum()),
        ("sorting them", &|| {
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            sorted[0]
        }),
        ("SHA-256", &|| f64::from(Sha256::digest(&bytes)[0])),
    ];
    for (name, work) in works {
        let time = || clock::time(|| black_box(work())).1.as_nanos() as f64;
        let ns = median((0..observer.times(LOOKS)).map(|_| time()).collect());
        let id = format!("computing/{name}");
        observer.sample(&id, Unit::Ns, ns / COMPUTED as f64);
    }
}
