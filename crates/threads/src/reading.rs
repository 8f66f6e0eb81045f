//! A list that many threads read and nobody changes for now. Who waits for whom?
//!
//! * [`mutex`]: one reader at a time.
//! * [`rwlock`]: all readers at once; only a writer would be alone.
//! * [`local`]: a copy for each thread, and no lock.
//!
//! All have the same signature: so many threads read a list of so many numbers, so many times
//! each. They return the sum of all that was read.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

pub mod local;
pub mod mutex;
pub mod rwlock;

/// How the list is shared: threads, times each, numbers in the list.
pub type Way = fn(usize, usize, usize) -> u64;

/// All of them by name.
pub const WAYS: [(&str, Way); 3] =
    [("Mutex", mutex::read), ("RwLock", rwlock::read), ("thread_local!", local::read)];

/// A list of so many numbers.
fn list(numbers: usize) -> Vec<u64> {
    (1..=numbers as u64).collect()
}

/// Reads the whole list, number by number: [`black_box`] keeps the optimizer from taking
/// several in one step.
#[inline(never)]
fn read_all(list: &[u64]) -> u64 {
    list.iter().fold(0, |sum, number| black_box(sum + number))
}

/// So many threads begin together, and each does `read` so many times. Returns the sum of what
/// all of them returned.
fn at_once(threads: usize, times: usize, read: impl Fn() -> u64 + Sync) -> u64 {
    let ready = Barrier::new(threads);
    let reader = || {
        ready.wait();
        (0..times).map(|_| read()).sum::<u64>()
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(reader)).collect();
        readers.into_iter().map(|reader| reader.join().expect("reading is safe")).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_reads_all_of_it() {
        for (name, read) in WAYS {
            for (threads, times, numbers) in [(1, 1, 1), (3, 20, 100), (2, 5, 0)] {
                let sum = (threads * times * numbers * (numbers + 1) / 2) as u64;
                assert_eq!(read(threads, times, numbers), sum, "{name}");
            }
        }
    }
}
