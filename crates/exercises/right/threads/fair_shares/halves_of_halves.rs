//! Right: the numbers and the workers are halved, until one worker is left.

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    fn halve(
        numbers: &[u64],
        workers: usize,
        work: &(dyn Fn(&[u64]) -> Vec<u64> + Sync),
    ) -> Vec<u64> {
        if workers == 1 {
            return work(numbers);
        }
        let few = workers / 2;
        // As many numbers as the first workers would get, with the larger shares last.
        let (size, longer) = (numbers.len() / workers, numbers.len() % workers);
        let before = few * size + few.saturating_sub(workers - longer);
        let (left, right) = numbers.split_at(before);
        thread::scope(|scope| {
            let left = scope.spawn(|| halve(left, few, work));
            let right = halve(right, workers - few, work);
            [left.join().unwrap(), right].concat()
        })
    }
    match workers.min(numbers.len()) {
        0 => Vec::new(),
        workers => halve(numbers, workers, &work),
    }
}
