//! futex: lets a thread sleep until a word in memory changes, even a word that two processes share.
//!
//! The Rust standard library uses it, but gives no access to it.

#![allow(unsafe_code)]

use std::io;
use std::ptr;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use nix::libc;

/// Sleeps while `word` is `expected`, at most for `patience`. Returns true if we were woken or
/// `word` was another number already, and false after `patience` or a signal.
///
/// # Errors
///
/// Whatever else the system says.
pub fn wait(word: &AtomicU32, expected: u32, patience: Duration) -> io::Result<bool> {
    let patience = libc::timespec {
        tv_sec: patience.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: patience.subsec_nanos().into(),
    };
    // SAFETY: the system reads `word`, which we borrow, and `patience`, which outlives the call.
    // Without FUTEX_PRIVATE_FLAG, a wake-up by another process that has the same memory counts,
    // too.
    let result = unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT,
            expected,
            &raw const patience,
        )
    };
    if result == 0 {
        return Ok(true);
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EAGAIN) => Ok(true),
        Some(libc::ETIMEDOUT | libc::EINTR) => Ok(false),
        _ => Err(error),
    }
}

/// Wakes one thread that sleeps until `word` changes, in whichever process.
pub fn wake(word: &AtomicU32) {
    // SAFETY: the system only uses the address.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE,
            1,
            ptr::null::<()>(),
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_patience_will_do() {
        let word = AtomicU32::new(0);
        for patience in [Duration::ZERO, Duration::MAX] {
            assert!(wait(&word, 1, patience).unwrap(), "it had changed already");
        }
        assert!(!wait(&word, 0, Duration::ZERO).unwrap(), "nobody wakes us");
    }
}
