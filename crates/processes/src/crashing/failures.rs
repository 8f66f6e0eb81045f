//! Seven ways to fail.

#![allow(unsafe_code)]

use std::{hint, io, process};

use nix::sys::resource::{Resource, setrlimit};

/// What a failure is called, and a function that fails that way.
pub type Failure = (&'static str, fn());

/// The seven failures, by name.
// ANCHOR: failures
pub const FAILURES: [Failure; 7] = [
    ("panic", || panic!("out of paper")),
    ("abort", || process::abort()),
    ("segfault", read_what_is_not_there),
    ("stack overflow", || fall_down_the_stack(1)),
    ("out of memory", take_all_memory),
    ("exit with code 3", || process::exit(3)),
    ("endless loop", || {
        loop {
            // The optimizer can't look into this, so the loop stays a loop.
            hint::black_box(());
        }
    }),
];
// ANCHOR_END: failures

/// The failure of this name, if there is one.
pub(super) fn by_name(name: &str) -> Option<Failure> {
    FAILURES.into_iter().find(|(there, _)| *there == name)
}

/// How much address space a failing process may have, in bytes, so that running out of memory
/// hurts only that process.
const MEMORY: u64 = 2 << 30;
/// How much stack its first thread may have, in bytes.
const STACK: u64 = 8 << 20;

/// Sets limits so that a failure of this process can't hurt the machine: for memory, for
/// stack, and against core files.
///
/// # Errors
///
/// When the system won't set them.
pub(super) fn contain() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_dumpable(false)?;
    setrlimit(Resource::RLIMIT_STACK, STACK, STACK)?;
    // macOS enforces no limit on memory; there, `take_all_memory` gives up by itself.
    #[cfg(target_os = "linux")]
    setrlimit(Resource::RLIMIT_AS, MEMORY, MEMORY)?;
    Ok(())
}

/// Reads from a page that this process has, but may not read.
fn read_what_is_not_there() {
    use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};

    let length = std::num::NonZeroUsize::MIN;
    // SAFETY: a new page, where the system likes.
    let page = unsafe {
        mmap_anonymous(None, length, ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE)
    };
    if let Ok(page) = page {
        // SAFETY: none. It is a valid address without the right to read, so the processor
        // stops us, which is what we want to see.
        unsafe { page.cast::<u8>().as_ptr().read_volatile() };
    }
}

/// Calls itself until the stack has no more room.
fn fall_down_the_stack(depth: u64) {
    let frame = hint::black_box([depth; 64]);
    if depth < u64::MAX {
        fall_down_the_stack(depth + 1);
    }
    // Used afterwards, so that the call can't become a jump.
    hint::black_box(frame);
}

/// Takes memory until the system has no more for us.
fn take_all_memory() {
    let mut taken = Vec::new();
    for _ in 0..2 * MEMORY / PIECE as u64 {
        taken.push(hint::black_box(vec![0_u8; PIECE]));
    }
}

const PIECE: usize = 64 << 20;
