//! # A report that is published once
//!
//! Chapter: races/order.md
//!
//! One thread computes a report and publishes it. Other threads look whether it is there, and if
//! it is, they read it. The numbers lie in ordinary memory (`Plain`), which no lock protects. So
//! whoever reads them has to know that they have been written.
//!
//! * `publish(sum, count)` is called once, by one thread.
//! * `look()` returns the report, or `None` if it isn't there yet. It never waits, and may be
//!   called again at any time.
//!
//! The constraint: no lock, no `SeqCst`, and no fences. Which orderings are enough?

use witness::Plain;
use witness::sync::atomic::{AtomicBool, Ordering};

pub struct Report {
    sum: Plain<u64>,
    count: Plain<u64>,
    ready: AtomicBool,
}

impl Report {
    pub fn new() -> Self {
        Self { sum: Plain::new(0), count: Plain::new(0), ready: AtomicBool::new(false) }
    }

    pub fn publish(&self, sum: u64, count: u64) {
        self.sum.write(sum);
        self.count.write(count);
        // TODO: Who sees the flag has to see what was written before.
        self.ready.store(true, Ordering::Relaxed);
    }

    pub fn look(&self) -> Option<(u64, u64)> {
        // TODO: What does a look at the flag have to ask for?
        let ready = self.ready.load(Ordering::Relaxed);
        ready.then(|| (self.sum.read(), self.count.read()))
    }
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let report = Report::new();
    witness::thread::scope(|scope| {
        scope.spawn(|| report.publish(60, 3));
        println!("at first: {:?}", report.look());
    });
    println!("in the end: {:?}", report.look());
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::sync::Arc;
    use witness::{explore, thread, watch};

    /// What is published: also nothing at all, which is a report, too.
    const REPORTS: [(u64, u64); 4] = [(60, 3), (0, 0), (u64::MAX, 1), (7, u64::MAX)];

    /// One thread publishes, and two look, at the same time. Returns what the two saw, and what
    /// is seen in the end.
    fn at_once((sum, count): (u64, u64)) -> Vec<Option<(u64, u64)>> {
        let report = Arc::new(Report::new());
        let theirs = Arc::clone(&report);
        let writer = thread::spawn(move || theirs.publish(sum, count));
        let theirs = Arc::clone(&report);
        let reader = thread::spawn(move || theirs.look());
        let mut seen = vec![report.look()];
        seen.push(reader.join().unwrap());
        writer.join().unwrap();
        seen.push(report.look());
        seen
    }

    #[test]
    fn who_sees_a_report_sees_all_of_it() {
        for report in REPORTS {
            let explored = explore(move || at_once(report));
            for seen in explored.results.iter().flatten().flatten() {
                assert_eq!(*seen, report, "somebody saw this report (left)");
            }
        }
    }

    #[test]
    fn in_the_end_it_is_there() {
        for (sum, count) in REPORTS {
            let explored = explore(move || {
                let report = Arc::new(Report::new());
                assert_eq!(report.look(), None, "nothing was published yet");
                let theirs = Arc::clone(&report);
                thread::spawn(move || theirs.publish(sum, count)).join().unwrap();
                [report.look(), report.look()]
            });
            for [first, second] in explored.results {
                let expected = Some((sum, count));
                assert_eq!(
                    first, expected,
                    "seen after the end of the thread that published"
                );
                assert_eq!(second, expected, "seen when somebody looked once more");
            }
        }
    }

    #[test]
    fn the_numbers_lie_in_ordinary_memory() {
        explore(|| {
            // Both may lie in one place. Then it is written once, and read once in the end.
            let plain = watch(|| at_once((60, 3))).plain;
            assert!(
                plain >= 2,
                "a `Plain` was used {plain} times: where do the numbers lie? An atomic that \
                 holds one tells nobody about the other"
            );
        });
    }

    #[test]
    fn takes_no_lock() {
        explore(|| {
            let locks = watch(|| at_once((60, 3))).locks;
            assert!(
                locks == 0,
                "a lock was taken {locks} times: the flag can do it alone"
            );
        });
    }

    #[test]
    fn asks_for_no_more_than_it_needs() {
        explore(|| {
            let strongest = watch(|| at_once((60, 3))).strongest;
            assert!(
                strongest == 0,
                "`SeqCst` was asked for {strongest} times: is there a second number whose \
                 order matters to everybody?"
            );
        });
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Report) -> Option<(u64, u64)> = Report::look;
}
