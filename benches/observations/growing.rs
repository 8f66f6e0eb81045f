//! What starting costs when the parent is large: in small pages, and, for fork, in huge ones.

use benches::samples::median;
use benches::{Observer, Unit};
use processes::ballast::Pages;
use processes::growing::LargeProcess;
use processes::starting::WAYS;

/// How large the parent is, in MiB.
const SIZES: [u64; 6] = [1, 4, 16, 64, 256, 1024];
/// Starts in a round, of each kind.
const STARTS: usize = 11;
/// The page says these two are the same as `fork` and `spawn` for our purpose.
const LEFT_OUT: [&str; 2] = ["fork and exec", "true"];

pub(crate) fn observe(observer: &mut Observer) {
    let ways = WAYS.iter().map(|(name, _)| *name).filter(|way| !LEFT_OUT.contains(way));
    let ways: Vec<&str> = ways.collect();
    for _ in 0..observer.rounds() {
        for size in SIZES {
            // Where there is not as much memory, the curve ends here.
            let Ok(process) = LargeProcess::start(size << 20, Pages::Small) else {
                break;
            };
            sample(observer, process, &ways, "", size);
        }
        for size in SIZES {
            // A huge page has 2 MiB on most machines, and not all systems have some.
            let process = LargeProcess::start(size << 20, Pages::Huge);
            if let Ok(process) = process {
                sample(observer, process, &["fork"], ", huge pages", size);
            }
        }
    }
}

fn sample(
    observer: &mut Observer,
    mut process: LargeProcess,
    ways: &[&str],
    pages: &str,
    size: u64,
) {
    for way in ways {
        // The first warms up.
        let times = process.time(way, STARTS + 1).expect("it starts");
        let times = times[1..].iter().map(|time| time.as_nanos() as f64);
        observer.sample(
            &format!("{way}{pages}/{size}"),
            Unit::Ns,
            median(times.collect()),
        );
    }
}
