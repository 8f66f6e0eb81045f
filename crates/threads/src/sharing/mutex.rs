//! A total behind a lock.

use std::ops::Range;
use std::sync::Mutex;
use std::thread;

use workloads::parts;

/// The sum of the squares of `numbers`, by `workers` threads that lock one total for
/// every number.
///
/// # Panics
///
/// When `workers` is 0, and when the system has no thread to spare.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: usize) -> u64 {
    let total = Mutex::new(0_u64);
    thread::scope(|scope| {
        for part in parts::equal(numbers, workers) {
            scope.spawn(|| {
                for n in part {
                    let mut total = total.lock().expect("nobody panics while adding");
                    *total = total.wrapping_add(n.wrapping_mul(n));
                }
            });
        }
    });
    total.into_inner().expect("nobody panicked while adding")
}
// ANCHOR_END: total
