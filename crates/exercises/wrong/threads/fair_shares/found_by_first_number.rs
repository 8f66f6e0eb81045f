//! Wrong: the place of a share is found by its first number, so with a number that is there twice
//! results come in the wrong places.
//! Caught by `numbers_may_be_alike`: workers

use witness::sync::Mutex;
use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let workers = workers.min(numbers.len());
    let all = Mutex::new(vec![0; numbers.len()]);
    thread::scope(|scope| {
        for worker in 0..workers {
            let end = |worker| worker * numbers.len() / workers;
            let share = &numbers[end(worker)..end(worker + 1)];
            let (work, all) = (&work, &all);
            scope.spawn(move || {
                let results = work(share);
                let begin =
                    numbers.iter().position(|number| *number == share[0]).unwrap();
                all.lock().unwrap()[begin..begin + share.len()].copy_from_slice(&results);
            });
        }
    });
    all.into_inner().unwrap()
}
