//! # Visitors at many doors
//!
//! Chapter: races/lost-updates.md
//!
//! A museum has several doors, with a thread for each. All of them share one `Museum`.
//! Whoever comes in calls `enter` and gets a number: the first visitor gets 1, the next
//! one 2. No number is given twice, and none is left out. `visitors` says how many have
//! come in so far.
//!
//! The constraint: without a lock, also without one made of an atomic and a loop that waits.
//! An atomic number is enough.

use witness::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Default)]
pub struct Museum {
    visitors: AtomicU64,
}

impl Museum {
    /// Nobody has come in.
    pub fn new() -> Self {
        Self { visitors: AtomicU64::new(0) }
    }

    /// Somebody comes in. Returns their number.
    pub fn enter(&self) -> u64 {
        // TODO: Somebody else may come in at the same time, through another door.
        let number = self.visitors.load(Relaxed) + 1;
        self.visitors.store(number, Relaxed);
        number
    }

    /// How many have come in.
    pub fn visitors(&self) -> u64 {
        self.visitors.load(Relaxed)
    }
}

// ---- The checks. Leave them as they are. ----

/// So many visitors come in through each door, all doors at once. Returns the count, and
/// the numbers that the visitors got.
fn open(doors: usize, visitors: usize) -> (u64, Vec<u64>) {
    let museum = Museum::new();
    let crowd = || (0..visitors).map(|_| museum.enter()).collect::<Vec<_>>();
    let numbers = witness::thread::scope(|scope| {
        let doors: Vec<_> = (0..doors).map(|_| scope.spawn(crowd)).collect();
        doors.into_iter().map(|door| door.join()).collect::<Vec<_>>()
    });
    (
        museum.visitors(),
        numbers.into_iter().flat_map(|numbers| numbers.unwrap()).collect(),
    )
}

fn main() {
    let (count, _) = open(4, 25_000);
    println!("100000 visitors came in, and {count} were counted.");
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, sample, watch};

    fn count(doors: usize, visitors: usize) {
        let all = doors * visitors;
        let (count, _) = open(doors, visitors);
        assert!(
            count == all as u64,
            "{all} visitors came in, {count} were counted: who wrote over whose count?"
        );
    }

    #[test]
    fn counts_every_visitor() {
        for (doors, visitors) in [(2, 2), (3, 1), (1, 3), (2, 0)] {
            explore(move || count(doors, visitors));
        }
        sample(|| count(2, 40));
        sample(|| count(40, 1));
    }

    fn number(doors: usize, visitors: usize) {
        let (_, mut numbers) = open(doors, visitors);
        numbers.sort_unstable();
        let all = doors * visitors;
        assert!(
            numbers == (1..=all as u64).collect::<Vec<_>>(),
            "{all} visitors got the numbers {numbers:?}: each number belongs to one visitor"
        );
    }

    #[test]
    fn gives_each_number_once() {
        for (doors, visitors) in [(2, 2), (3, 1), (1, 3)] {
            explore(move || number(doors, visitors));
        }
        sample(|| number(2, 40));
        sample(|| number(40, 1));
        let (count, numbers) = open(1, 70_000);
        assert!(
            (count, numbers.last()) == (70_000, Some(&70_000)),
            "70000 visitors came in; the last one got the number {:?}, and {count} were counted",
            numbers.last()
        );
    }

    #[test]
    fn the_count_knows_of_every_number() {
        explore(|| {
            let museum = Museum::new();
            witness::thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let (number, count) = (museum.enter(), museum.visitors());
                        assert!(
                            number > 0 && count >= number,
                            "number {number} was given, and {count} counted"
                        );
                    });
                }
            });
        });
        sample(|| number(150, 1));
    }

    #[test]
    fn takes_no_lock() {
        explore(|| {
            let locks = watch(|| open(2, 1)).locks;
            assert!(
                locks == 0,
                "a lock was taken {locks} times: can the atomic do it in one step?"
            );
        });
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Museum) -> u64 = Museum::enter;
    const _: fn(&Museum) -> u64 = Museum::visitors;
}
