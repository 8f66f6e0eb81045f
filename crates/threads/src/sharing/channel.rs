//! A total that one thread owns; the others send it what to add.

use std::ops::Range;
use std::thread;

use crossbeam_channel::bounded;
use workloads::parts;

/// The sum of the squares of `numbers`: `workers` threads send squares, the calling
/// thread adds them up.
///
/// # Panics
///
/// When `workers` is 0, and when the system has no thread to spare.
// ANCHOR: total
pub fn total(numbers: Range<u64>, workers: usize) -> u64 {
    // Bounded: a sender that is too fast waits, and memory stays small.
    let (send, receive) = bounded(1_024);
    thread::scope(|scope| {
        for part in parts::equal(numbers, workers) {
            let send = send.clone();
            scope.spawn(move || {
                for n in part {
                    send.send(n.wrapping_mul(n)).expect("the receiver stays to the end");
                }
            });
        }
        // `receive.iter()` ends when the last sender is gone, and this one never sends.
        drop(send);
        receive.iter().fold(0, u64::wrapping_add)
    })
}
// ANCHOR_END: total
