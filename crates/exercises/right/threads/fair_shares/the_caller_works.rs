//! Right: the caller takes the last share itself, when all others are worked on.

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    let mut rest = numbers;
    let workers = workers.min(numbers.len());
    let work = &work;
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for left in (2..=workers).rev() {
            let (share, others) = rest.split_at(rest.len() / left);
            rest = others;
            threads.push(scope.spawn(move || work(share)));
        }
        let last = if rest.is_empty() { Vec::new() } else { work(rest) };
        let others = threads.into_iter().flat_map(|thread| thread.join().unwrap());
        others.chain(last).collect()
    })
}
