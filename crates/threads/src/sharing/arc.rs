//! The lock once more, for threads that may outlive the function that starts them.

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::thread;

use workloads::parts;

/// The sum of the squares of `numbers`, by `workers` threads that own the total together:
/// `Arc` counts its owners, and the last one drops it.
///
/// # Panics
///
/// When `workers` is 0, and when the system has no thread to spare.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: usize) -> u64 {
    let total = Arc::new(Mutex::new(0_u64));
    let mut threads = Vec::new();
    for part in parts::equal(numbers, workers) {
        let total = Arc::clone(&total);
        threads.push(thread::spawn(move || {
            for n in part {
                let mut total = total.lock().expect("nobody panics while adding");
                *total = total.wrapping_add(n.wrapping_mul(n));
            }
        }));
    }
    for thread in threads {
        thread.join().expect("adding doesn't panic");
    }
    *total.lock().expect("nobody panics while adding")
}
// ANCHOR_END: total
