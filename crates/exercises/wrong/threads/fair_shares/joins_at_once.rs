//! Wrong: fair shares, one after the other: the iterator is lazy.
//! Caught by `all_shares_are_worked_on_at_once`: Does one wait for the end of another?

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len());
    thread::scope(|scope| {
        (0..workers)
            .map(|worker| {
                let end = |worker| worker * numbers.len() / workers;
                let share = &numbers[end(worker)..end(worker + 1)];
                let work = &work;
                scope.spawn(move || work(share))
            })
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    })
}
