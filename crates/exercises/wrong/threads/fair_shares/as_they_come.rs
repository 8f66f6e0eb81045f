//! Wrong: each adds its results when it has them. Mostly, whoever was started first is done first.
//! Caught by `results_have_the_order_of_the_numbers`: numbers,

use witness::sync::Mutex;
use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len());
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for worker in 0..workers {
            let end = |worker| worker * numbers.len() / workers;
            let share = &numbers[end(worker)..end(worker + 1)];
            let (work, results) = (&work, &results);
            scope.spawn(move || {
                let result = work(share);
                results.lock().unwrap().extend(result);
            });
        }
    });
    results.into_inner().unwrap()
}
