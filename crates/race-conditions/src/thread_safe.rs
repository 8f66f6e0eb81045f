//! "Thread-safe: the same result with one thread or many." Is it so? Run it often and count
//! how many different results there are.
//!
//! * A number counted by load and store: many results, and all but one are wrong.
//! * A number counted by an atomic addition: one.
//! * A list to which threads append behind a lock: nothing is lost, nothing is undefined, and
//!   yet the results differ. It is not the same result that makes code thread-safe, but a
//!   result that is right.

use std::collections::BTreeMap;

use crate::crowd::at_once;
use crate::lost_update::{atomic, broken};
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// A program: takes how many threads run it; returns its result, written out.
pub type Run = fn(usize) -> String;

/// Additions in a run, all threads together.
const ADDITIONS: u64 = 100_000;
/// Entries of the list, all threads together.
const ENTRIES: u64 = 20_000;

/// The programs by name.
pub const RUNS: [(&str, Run); 3] = [
    ("count, load and store", |n| broken::count(n, ADDITIONS / n as u64).to_string()),
    ("count, atomic", |n| atomic::count(n, ADDITIONS / n as u64).to_string()),
    ("who came when", |n| order(n, ENTRIES / n as u64)),
];

/// Does `run` with `threads` threads, `runs` times; returns how often each result came up.
// ANCHOR: distinct
pub fn distinct(run: Run, threads: usize, runs: usize) -> BTreeMap<String, usize> {
    let mut results = BTreeMap::new();
    for _ in 0..runs {
        *results.entry(run(threads)).or_default() += 1;
    }
    results
}
// ANCHOR_END: distinct

/// Lets each of `threads` threads append its number to a list, `times` times; returns the list,
/// written out.
// ANCHOR: order
pub fn order(threads: usize, times: u64) -> String {
    let (list, numbers) = (Mutex::new(Vec::new()), AtomicUsize::new(0));
    at_once(threads, || {
        let me = numbers.fetch_add(1, Relaxed);
        for _ in 0..times {
            list.lock().expect("nobody panics here").push(me);
        }
    });
    let list = list.into_inner().expect("nobody panicked");
    list.iter().map(usize::to_string).collect()
}
// ANCHOR_END: order

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alone_each_gives_one_result() {
        for (name, run) in RUNS {
            assert_eq!(distinct(run, 1, 50).len(), 1, "{name}");
        }
    }

    #[test]
    fn the_list_holds_everybody_whatever_the_order() {
        let mut list: Vec<char> = order(3, 100).chars().collect();
        list.sort_unstable();
        assert_eq!(
            String::from_iter(list),
            "0".repeat(100) + &"1".repeat(100) + &"2".repeat(100)
        );
    }

    #[test]
    fn an_atomic_count_has_one_result() {
        assert_eq!(distinct(RUNS[1].1, 4, 50).len(), 1);
    }
}
