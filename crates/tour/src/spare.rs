//! What the system has to spare, asked before a demo takes it.
//!
//! `thread::spawn` panics when the system refuses a thread, and another thread that waits
//! for that one, or for a file descriptor that nobody gives back, waits for ever. The
//! chapters show `spawn` as programs write it, without any care for this. So a demo asks
//! first what there is to spare, and fails with one line.

#![cfg_attr(unix, allow(unsafe_code))]

use std::hint::black_box;
use std::io;
#[cfg(unix)]
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

#[cfg(unix)]
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, munmap};

/// More are tried than are asked for: a thread that was joined counts for a moment longer
/// in the system's eyes, and a demo starts the next ones at once.
const RESERVE: usize = 8;

/// The address space that a thread takes: the stack that `std` gives it, and room for its
/// signal stack and its guard pages.
#[cfg(unix)]
const STACK: usize = (2 << 20) + (1 << 16);

/// What a program takes for itself while its threads start: their names, its output, an
/// error.
#[cfg(unix)]
const FOR_ITSELF: usize = 4 << 20;

/// Makes sure that `count` threads can run at once, beside those that there are.
///
/// # Errors
///
/// One line, when the system refuses so many.
pub fn threads(count: usize) -> Result<(), String> {
    let tries = count.saturating_mul(2).saturating_add(RESERVE);
    address_space(tries).map_err(|error| too_many(count, &error))?;
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
        (0..tries).find_map(|_| thread::Builder::new().spawn_scoped(scope, wait).err())
    });
    refused.map_or(Ok(()), |error| Err(too_many(count, &error)))
}

/// Makes sure that there is address space for the stacks of `count` more threads.
///
/// Of a process that starts threads until it is refused one, so little is left that it may
/// not even be able to say so: `std` aborts where it can't give a new thread its signal
/// stack, and where an allocation fails. So all of the space is asked for in one piece,
/// and nothing happens if it can't be had. The piece is given back at once, and takes no
/// memory. Elsewhere than on Unix, nothing is asked.
///
/// # Errors
///
/// One line, when a limit on memory (`ulimit -v`) is too low.
pub fn stacks(count: usize) -> Result<(), String> {
    address_space(count).map_err(|error| too_many(count, &error))
}

/// Whether there is address space for so many threads.
#[cfg(unix)]
fn address_space(threads: usize) -> io::Result<()> {
    let space = threads.saturating_mul(STACK).saturating_add(FOR_ITSELF);
    let space = NonZeroUsize::new(space).expect("a program takes something for itself");
    // SAFETY: the piece lies where nothing else is mapped, nobody may access it, and it is
    // gone before anybody hears of it.
    let asked = unsafe {
        mmap_anonymous(None, space, ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE)
            .and_then(|piece| munmap(piece, space.get()))
    };
    Ok(asked?)
}

#[cfg(not(unix))]
fn address_space(_threads: usize) -> io::Result<()> {
    Ok(())
}

fn too_many(count: usize, error: &io::Error) -> String {
    format!(
        "couldn't start {count} threads at once: {error}; take fewer workers, or raise the \
         limit (`ulimit -u`, `ulimit -v`)"
    )
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

    #[cfg(unix)]
    #[test]
    fn more_than_there_is_room_for_is_refused_before_any_is_started() {
        let refused = threads(usize::MAX).unwrap_err();
        assert!(refused.contains("take fewer workers"), "{refused}");
        assert!(stacks(usize::MAX / STACK).is_err());
    }
}
