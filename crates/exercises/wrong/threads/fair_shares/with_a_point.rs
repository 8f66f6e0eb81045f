//! Wrong: the ends are calculated with floating point, which loses the last number now and then.
//! Caught by `no_number_is_left_over`: numbers

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len());
    let share = numbers.len() as f64 / workers as f64;
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let begin = (worker as f64 * share) as usize;
                let end = ((worker + 1) as f64 * share) as usize;
                let share = &numbers[begin..end];
                scope.spawn(move || work(share))
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
