//! What it costs to start something when the parent is large: in small pages, and, for fork, in
//! huge ones.
//!
//! Parents of all sizes are there at once and take turns, so a slow minute of the machine
//! slows all of them down; ratios are taken within a round.
//!
//! Beside that, what it would cost to copy all that memory, as a fork seems to do.

use benches::samples::median;
use benches::{Observer, Unit};
use processes::ballast::{Ballast, Pages};
use processes::growing::LargeProcess;
use tour::clock;

/// How large the parents are, in MiB.
const SIZES: [u64; 6] = [1, 4, 16, 64, 256, 1024];
/// What the parents start. `fork and exec` would be like `fork`, and `true` like `spawn`.
const WAYS: [&str; 4] = ["thread", "fork", "fork server", "spawn"];
/// Starts in a round, of each kind.
const STARTS: usize = 11;

struct Parent {
    size: u64,
    pages: &'static str,
    process: LargeProcess,
}

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let mut parents = parents();
        let mut medians = Vec::new();
        for way in WAYS {
            let mut times = vec![Vec::new(); parents.len()];
            for start in 0..=STARTS {
                for (parent, times) in parents.iter_mut().zip(&mut times) {
                    let time = parent.process.time(way, 1).expect("it starts")[0];
                    // The first start warms up.
                    if start > 0 {
                        times.push(time.as_nanos() as f64);
                    }
                }
            }
            for (parent, times) in parents.iter().zip(times) {
                medians.push((
                    format!("{way}{}/{}", parent.pages, parent.size),
                    median(times),
                ));
            }
        }
        report(observer, &medians);
        let fork = medians.iter().find(|(name, _)| *name == format!("fork/{COPIED}"));
        if let Some(((_, fork), copy)) = fork.zip(copy()) {
            observer.sample("time/a copy of the memory", Unit::Ns, copy);
            observer.sample("against a copy/fork", Unit::Ratio, fork / copy);
        }
    }
}

/// How many MiB are copied: enough to tell, and there may not be room for more beside all the
/// parents.
const COPIED: u64 = 256;

/// How long it takes to copy memory, in nanoseconds, where there is room for that.
fn copy() -> Option<f64> {
    let memory = Ballast::take((COPIED as usize) << 20, Pages::Small).ok()?;
    let (copy, time) = clock::time(|| memory.to_vec());
    assert_eq!(copy.len(), memory.len());
    Some(time.as_nanos() as f64)
}

/// A parent of each size in small pages, and one in huge pages: as far as there is memory, and
/// there are such pages.
fn parents() -> Vec<Parent> {
    let small = SIZES.map(|size| (size, Pages::Small, ""));
    let huge = SIZES.map(|size| (size, Pages::Huge, ", huge pages"));
    let parents = small.into_iter().chain(huge).filter_map(|(size, kind, pages)| {
        let process = LargeProcess::start(size << 20, kind).ok()?;
        Some(Parent { size, pages, process })
    });
    parents.collect()
}

fn report(observer: &mut Observer, medians: &[(String, f64)]) {
    let of = |name: &str| {
        medians.iter().find(|(there, _)| there == name).map(|(_, time)| *time)
    };
    for (name, time) in medians {
        // Huge pages matter to fork only.
        if name.starts_with("fork, huge") || !name.contains("huge") {
            observer.sample(&format!("time/{name}"), Unit::Ns, *time);
        }
    }
    for way in WAYS {
        let small = of(&format!("{way}/{}", SIZES[0]));
        let large = of(&format!("{way}/{}", SIZES[SIZES.len() - 1]));
        if let (Some(small), Some(large)) = (small, large) {
            observer.sample(
                &format!("large against small/{way}"),
                Unit::Ratio,
                large / small,
            );
        }
    }
    if let (Some(small), Some(huge)) = (of("fork/1024"), of("fork, huge pages/1024")) {
        observer.sample("huge pages against small/fork", Unit::Ratio, huge / small);
    }
}
