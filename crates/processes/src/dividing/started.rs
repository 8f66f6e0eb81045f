//! The parts go to processes that are started for the purpose.

use std::ops::Range;

use workloads::parts;

use crate::worker::{Error, Program, Work};

/// Does `work` on each of `parts` equal parts of `numbers`, each in a new process; returns
/// the sum of the answers, modulo 2⁶⁴.
///
/// # Errors
///
/// When a worker can't be started, or ends before it has answered.
///
/// # Panics
///
/// When `parts` is 0.
// ANCHOR: total
pub fn total(numbers: Range<u64>, parts: usize, work: &Work) -> Result<u64, Error> {
    let mut workers = Program::this()?.start_all(work.name, parts)?;
    for (worker, part) in workers.iter_mut().zip(parts::equal(numbers, parts)) {
        worker.send(&part)?;
    }
    let mut total = 0_u64;
    for mut worker in workers {
        total = total.wrapping_add(worker.receive()?);
        worker.join()?;
    }
    Ok(total)
}
// ANCHOR_END: total
