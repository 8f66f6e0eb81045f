//! # Fair shares
//!
//! Chapter: threads/dividing.md
//!
//! Why: ten numbers for four workers are two each, and two remain. Whoever rounds down
//! leaves them over, or gives them all to the last worker, who then has twice as much to do
//! as the others. Whoever rounds up gives three to each, and nothing but one to the last.
//! `chunks` can do only that, since all its chunks but the last are equal. Here the ends of
//! the shares are spread evenly over the list: share `i` ends at `(i + 1) * len / workers`,
//! rounded down. Two of these ends are never further apart than others by more than one.

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let end = |worker| worker * numbers.len() / workers;
                let share = &numbers[end(worker)..end(worker + 1)];
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
