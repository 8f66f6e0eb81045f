//! Wrong: each worker gets every so manieth number. The results are put back in order, but the
//! shares are no pieces of the list, and each has to be copied.
//! Caught by `shares_are_contiguous`: is no piece of

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len());
    let mut results = vec![0; numbers.len()];
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let share: Vec<u64> =
                    numbers.iter().skip(worker).step_by(workers).copied().collect();
                let work = &work;
                scope.spawn(move || work(&share))
            })
            .collect();
        for (worker, thread) in threads.into_iter().enumerate() {
            let places = results.iter_mut().skip(worker).step_by(workers);
            places
                .zip(thread.join().unwrap())
                .for_each(|(place, result)| *place = result);
        }
    });
    results
}
