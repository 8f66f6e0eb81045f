//! Whether this process is a copy of a worker, made by a plain `fork` in a task.
//!
//! Asking for the id of the process would do, too, but it is a call of the system, which takes longer
//! than a short task.

#![allow(unsafe_code)]

use std::io;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use nix::libc;

static COPY: AtomicBool = AtomicBool::new(false);

extern "C" fn note() {
    COPY.store(true, Relaxed);
}

/// From now on, copies of this process know that they are some.
///
/// # Errors
///
/// When the system has no memory for that.
pub(crate) fn shall_know() -> io::Result<()> {
    // SAFETY: what runs in the copy stores a flag, which is allowed at any time.
    match unsafe { libc::pthread_atfork(None, None, Some(note)) } {
        0 => {
            // Whoever serves a pool is none, whatever it came from.
            COPY.store(false, Relaxed);
            Ok(())
        }
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// Whether this process is a copy.
pub(crate) fn are_we() -> bool {
    COPY.load(Relaxed)
}
