//! # Fair shares
//!
//! Chapter: threads/dividing.md
//!
//! Divide a list of numbers over `workers` threads. Each calls `work` once, with its share,
//! and `work` returns a result for each number. Put the results together, in the order of
//! the numbers.
//!
//! The constraint: whoever has most to do decides how long it takes. So all shares are
//! worked on at once, and no share is larger than another one by more than one number. Each
//! is a piece of the list. No worker gets an empty share: with three numbers and five
//! workers, three of them work. (The caller may be one of the workers, if you like.)

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
    use witness::thread::yield_now;
    use witness::{Events, explore, explore_or_explain, sample, sample_or_explain};

    /// How many numbers, and how many workers.
    const CASES: [(usize, usize); 16] = [
        (10, 4),
        (8, 4),
        (11, 4),
        (13, 5),
        (5, 4),
        (3, 5),
        (1, 1),
        (1, 3),
        (0, 2),
        (7, 1),
        (12, 7),
        (2, 64),
        (100, 8),
        (22, 15),
        (26, 23),
        (49, 11),
    ];

    /// So many numbers, each another one, and in no order.
    fn numbers(length: usize) -> Vec<u64> {
        (0..length as u64).map(|number| (7 * number + 3) % 101).collect()
    }

    fn result(number: &u64) -> u64 {
        1000 - number
    }

    /// The results, and the shares, from small to large.
    fn shares(length: usize, workers: usize) -> (Vec<u64>, Vec<Vec<u64>>) {
        let shares = Mutex::new(Vec::new());
        let work = |share: &[u64]| {
            shares.lock().unwrap().push(share.to_vec());
            yield_now();
            share.iter().map(result).collect()
        };
        let results = divide(&numbers(length), workers, work);
        let mut shares = shares.into_inner().unwrap();
        shares.sort_by_key(|share| share.len());
        (results, shares)
    }

    fn compare(length: usize, workers: usize) {
        let expected: Vec<u64> = numbers(length).iter().map(result).collect();
        let (results, _) = shares(length, workers);
        assert_eq!(results, expected, "{length} numbers, {workers} workers");
    }

    #[test]
    fn numbers_may_be_alike() {
        for workers in 1..9 {
            let same = [7, 7, 5, 7, 5, 5, 7, 7, 5, 7];
            let results =
                divide(&same, workers, |share| share.iter().map(result).collect());
            assert_eq!(
                results,
                same.map(|number| result(&number)),
                "of {same:?}, {workers} workers"
            );
        }
    }

    #[test]
    fn no_number_is_left_over() {
        for (length, workers) in CASES {
            compare(length, workers);
        }
        for length in 0..=40 {
            for workers in 1..=24 {
                compare(length, workers);
            }
        }
    }

    #[test]
    fn results_have_the_order_of_the_numbers() {
        // Whoever is first done need not have the first share.
        explore(|| compare(5, 2));
        for (length, workers) in [(3, 3), (7, 4), (2, 9), (12, 5)] {
            sample(move || compare(length, workers));
        }
    }

    #[test]
    fn shares_are_fair() {
        for (length, workers) in CASES {
            let (_, shares) = shares(length, workers);
            let sizes: Vec<usize> = shares.iter().map(Vec::len).collect();
            let (least, most) = (sizes.first().unwrap_or(&0), sizes.last().unwrap_or(&0));
            assert!(
                most - least <= 1,
                "{length} numbers, {workers} workers, and shares of {sizes:?}: not fair"
            );
        }
    }

    #[test]
    fn shares_are_contiguous() {
        for (length, workers) in CASES {
            let numbers = numbers(length);
            for share in shares(length, workers).1 {
                let begins =
                    numbers.iter().position(|number| share.first() == Some(number));
                let begins = begins.unwrap_or_default();
                assert!(
                    numbers[begins..].starts_with(&share),
                    "{length} numbers, {workers} workers: the share {share:?} is no piece of \
                     {numbers:?}"
                );
            }
        }
    }

    #[test]
    fn everybody_works_and_nobody_for_nothing() {
        for (length, workers) in CASES {
            let (_, shares) = shares(length, workers);
            assert_eq!(
                shares.len(),
                workers.min(length),
                "shares, of {length} numbers for {workers} workers"
            );
            assert!(!shares.contains(&vec![]), "a share of nothing, of {length} numbers");
        }
    }

    /// Works on each share until all are worked on.
    fn all_at_once(length: usize, workers: usize) {
        let begun = Events::new("shares to be worked on");
        let work = |share: &[u64]| {
            begun.advance();
            begun.wait_for(workers.min(length));
            share.to_vec()
        };
        divide(&numbers(length), workers, work);
    }

    #[test]
    fn all_shares_are_worked_on_at_once() {
        let explanation = "here, the work on each share ends when the work on all has begun. Does \
            one wait for the end of another?";
        for (length, workers) in [(3, 3), (5, 2), (2, 4)] {
            explore_or_explain(explanation, move || all_at_once(length, workers));
        }
        sample_or_explain(explanation, || all_at_once(200, 130));
    }
}
