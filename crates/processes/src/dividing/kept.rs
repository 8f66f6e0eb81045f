//! Processes that are there already, and stay.

use std::ops::Range;

use workloads::parts;

use crate::worker::{Error, Worker};

/// Lets each of `workers` do its work on an equal part of `numbers`; returns the sum,
/// modulo 2⁶⁴.
///
/// # Errors
///
/// When a worker has ended, or ends too early.
///
/// # Panics
///
/// When there are no workers.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: &mut [Worker]) -> Result<u64, Error> {
    let parts = parts::equal(numbers, workers.len());
    for (worker, part) in workers.iter_mut().zip(parts) {
        // Who can't be told can't answer either, and then says why.
        let _ = worker.send(&part);
    }
    // All of them, even when one is missing: none may be left for the next question.
    let sums: Vec<Result<u64, Error>> = workers.iter_mut().map(Worker::receive).collect();
    let mut total = 0_u64;
    for sum in sums {
        total = total.wrapping_add(sum?);
    }
    Ok(total)
}
// ANCHOR_END: total
