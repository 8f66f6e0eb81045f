//! A list that many threads read and nobody changes for now. Who waits for whom?
//!
//! * [`mutex`]: one reader at a time.
//! * [`rwlock`]: all readers at once; only a writer would be alone.
//! * [`local`]: a copy for each thread, and no lock.
//!
//! All have the same signature: they take how many threads there are, how often each of them
//! reads the list, and how many numbers the list has. They return the sum of all numbers read.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;

pub mod local;
pub mod mutex;
pub mod rwlock;

/// A way to share the list: takes how many threads there are, how often each reads the list,
/// and how long the list is; returns the sum of all numbers read.
pub type Way = fn(usize, usize, usize) -> u64;

/// The three ways by name.
pub const WAYS: [(&str, Way); 3] =
    [("Mutex", mutex::read), ("RwLock", rwlock::read), ("thread_local!", local::read)];

/// The list of all numbers from 1 to `numbers`.
fn list(numbers: usize) -> Vec<u64> {
    (1..=numbers as u64).collect()
}

/// Adds up the whole list, number by number: [`black_box`] keeps the optimizer from taking
/// several in one step.
#[inline(never)]
fn read_all(list: &[u64]) -> u64 {
    list.iter().fold(0, |sum, number| black_box(sum + number))
}

/// Starts `threads` threads, which begin together and call `read` `times` times each. Returns
/// the sum of all that `read` returned.
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
