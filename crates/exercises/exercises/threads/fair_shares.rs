//! # Fair shares
//!
//! Chapter: threads/dividing.md
//!
//! Divide a list of numbers over `workers` threads. Each calls `work` once, with its share,
//! and `work` returns a result for each number. Put the results together, in the order of
//! the numbers.
//!
//! The constraint: whoever has most to do decides how long it takes. So the shares are
//! contiguous, and no share is larger than another one by more than one number. Nobody gets
//! nothing to do: of three numbers and five workers, three work.

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    // TODO: This works for eight numbers and four workers. And for ten? For three?
    let share = numbers.len() / workers;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let share = &numbers[worker * share..(worker + 1) * share];
                let work = &work;
                scope.spawn(move || work(share))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let squares = |share: &[u64]| {
        println!("a share of {}", share.len());
        share.iter().map(|number| number * number).collect()
    };
    let numbers: Vec<u64> = (1..=10).collect();
    println!("{:?}", divide(&numbers, 4, squares));
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::Mutex;
    use witness::{explore, watch};

    /// The results, and the sizes of the shares, from small to large.
    fn shares(numbers: u64, workers: usize) -> (Vec<u64>, Vec<usize>) {
        let sizes = Mutex::new(Vec::new());
        let work = |share: &[u64]| {
            sizes.lock().unwrap().push(share.len());
            share.iter().map(|number| number * number).collect()
        };
        let numbers: Vec<u64> = (0..numbers).collect();
        let results = divide(&numbers, workers, work);
        let mut sizes = sizes.into_inner().unwrap();
        sizes.sort();
        (results, sizes)
    }

    #[test]
    fn no_number_is_left_over() {
        for (numbers, workers) in [(8, 4), (10, 4), (11, 4), (3, 5), (1, 1)] {
            let expected: Vec<u64> = (0..numbers).map(|number| number * number).collect();
            let (results, _) = shares(numbers, workers);
            assert_eq!(results, expected, "{numbers} numbers, {workers} workers");
        }
    }

    #[test]
    fn shares_are_fair() {
        for (numbers, workers) in [(10, 4), (11, 4), (13, 5), (5, 4)] {
            let (_, sizes) = shares(numbers, workers);
            let (least, most) = (sizes[0], sizes[sizes.len() - 1]);
            assert!(
                most - least <= 1,
                "{numbers} numbers, {workers} workers, and shares of {sizes:?}: not fair"
            );
        }
    }

    #[test]
    fn everybody_works_and_nobody_for_nothing() {
        for (numbers, workers) in [(10, 4), (5, 4), (3, 5), (0, 2)] {
            let (_, sizes) = shares(numbers, workers);
            let most = workers.min(numbers as usize);
            assert_eq!(
                sizes.len(),
                most,
                "shares, of {numbers} numbers for {workers} workers"
            );
            assert!(!sizes.contains(&0), "a share of nothing, of {numbers} numbers");
        }
    }

    #[test]
    fn all_shares_are_worked_on_at_once() {
        let seen = explore(|| watch(|| shares(3, 3)).threads_at_once);
        let most = seen.most(|threads| *threads);
        assert_eq!(most, 3, "threads at once, of three workers");
    }
}
