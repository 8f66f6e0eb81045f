//! Wrong: fair, and some numbers are nobody's. With more workers than numbers, all are.
//! Caught by `no_number_is_left_over`: 10 numbers, 4 workers
//! Caught by `everybody_works_and_nobody_for_nothing`: a share of nothing

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let share = numbers.len() / workers;
    let workers = workers.min(numbers.len());
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
