//! The parts go to processes that are there already, and stay.

use std::ops::Range;

use workloads::parts;

use crate::worker::{Error, Worker};

/// Has each of `workers` do its work on an equal part of `numbers`; returns the sum of their
/// answers, modulo 2⁶⁴.
///
/// # Errors
///
/// When a worker has ended before, or ends before it has answered.
///
/// # Panics
///
/// When `workers` is empty.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: &mut [Worker]) -> Result<u64, Error> {
    let parts = parts::equal(numbers, workers.len());
    for (worker, part) in workers.iter_mut().zip(parts) {
        // An error means that this worker has ended. `receive` reports that, too.
        let _ = worker.send(&part);
    }
    // Read all answers, even if one is an error: an unread answer would be taken for the
    // answer to the next question.
    let sums: Vec<Result<u64, Error>> = workers.iter_mut().map(Worker::receive).collect();
    let mut total = 0_u64;
    for sum in sums {
        total = total.wrapping_add(sum?);
    }
    Ok(total)
}
// ANCHOR_END: total
