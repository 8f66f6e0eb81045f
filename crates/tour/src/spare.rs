//! What the system has to spare, asked before a demo takes it.
//!
//! `thread::spawn` panics when the system refuses a thread, and another thread that waits
//! for that one, or for a file descriptor that nobody gives back, waits for ever. The
//! chapters show `spawn` as programs write it, without any care for this. So a demo asks
//! first what there is to spare, and fails with one line.

use std::hint::black_box;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// More are tried than are asked for: a thread that was joined counts for a moment longer
/// in the system's eyes, and a demo starts the next ones at once.
const RESERVE: usize = 8;

/// Makes sure that `count` threads can run at once, beside those that there are.
///
/// # Errors
///
/// One line, when the system refuses so many.
pub fn threads(count: usize) -> Result<(), String> {
    let gate = Mutex::new(());
    let wait = || {
        // Some C libraries reserve a region of memory for a thread when it first
        // allocates, so each thread has to allocate something.
        black_box(Box::new(0));
        drop(gate.lock().unwrap_or_else(PoisonError::into_inner));
    };
    let refused = thread::scope(|scope| {
        // No thread ends before all have begun.
        let _closed = gate.lock();
        (0..2 * count + RESERVE)
            .find_map(|_| thread::Builder::new().spawn_scoped(scope, wait).err())
    });
    refused.map_or(Ok(()), |error| {
        Err(format!(
            "couldn't start {count} threads at once: {error}; take fewer workers, or raise \
             the limit (`ulimit -u`, `ulimit -v`)"
        ))
    })
}

/// Makes sure that `count` files or connections can be open at once, beside those that
/// are.
///
/// # Errors
///
/// One line, when the system refuses so many.
pub fn files(count: usize) -> Result<(), String> {
    let pipes = (0..(count + RESERVE).div_ceil(2)).map(|_| io::pipe());
    pipes.collect::<io::Result<Vec<_>>>().map(drop).map_err(|error| {
        format!(
            "couldn't open {count} files at once: {error}; take a smaller size, or raise \
             `ulimit -n`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_can_be_had() {
        assert_eq!(threads(2), Ok(()));
        assert_eq!(files(2), Ok(()));
    }
}
