//! Wrong: `chunks` of the size rounded up. Five numbers for four workers are two, two and
//! one: nothing is left for the fourth.
//! Caught by `everybody_works_and_nobody_for_nothing`: shares, of 5 numbers for 4 workers
//! Caught by `shares_are_fair`: shares of [1, 3, 3, 3]: not fair

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    thread::scope(|scope| {
        let threads: Vec<_> = numbers
            .chunks(numbers.len().div_ceil(workers).max(1))
            .map(|share| {
                let work = &work;
                scope.spawn(move || work(share))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
