//! Right: the first shares are one number longer, as many as there are numbers left over.

use witness::thread;

pub fn divide(
    numbers: &[u64],
    workers: usize,
    work: impl Fn(&[u64]) -> Vec<u64> + Sync,
) -> Vec<u64> {
    if numbers.is_empty() {
        return Vec::new();
    }
    let workers = workers.min(numbers.len());
    let (size, longer) = (numbers.len() / workers, numbers.len() % workers);
    let (long, short) = numbers.split_at(longer * (size + 1));
    let work = &work;
    thread::scope(|scope| {
        let shares = long.chunks(size + 1).chain(short.chunks(size));
        let threads: Vec<_> =
            shares.map(|share| scope.spawn(move || work(share))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}
