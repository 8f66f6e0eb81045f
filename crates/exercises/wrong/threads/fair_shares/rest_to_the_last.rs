//! Wrong: nothing is left over, since the last worker takes it: four numbers, where the
//! others have two.
//! Caught by `shares_are_fair`: shares of [2, 2, 2, 4]: not fair

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
                let share = numbers.len() / workers;
                let end = if worker + 1 == workers {
                    numbers.len()
                } else {
                    (worker + 1) * share
                };
                let share = &numbers[worker * share..end];
                let work = &work;
                scope.spawn(move || work(share))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
