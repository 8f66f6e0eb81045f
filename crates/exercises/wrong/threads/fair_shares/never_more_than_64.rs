//! Wrong: no more than 64 workers, however many are asked for.
//! Caught by `all_shares_are_worked_on_at_once`: the work on each share ends when

use witness::thread;

const MOST_THREADS: usize = 64;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len()).min(MOST_THREADS);
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let begin = worker * numbers.len() / workers;
                let end = (worker + 1) * numbers.len() / workers;
                scope.spawn(move || work(&numbers[begin..end]))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
