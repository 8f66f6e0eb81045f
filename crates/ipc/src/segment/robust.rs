//! A lock that survives its holder: a *robust* mutex of the C library.
//!
//! The system knows which of them each thread holds. When the thread ends, in whatever way, the
//! system marks them, and the next one that locks is told. Linux has it; macOS and Windows don't
//! (a named mutex of Windows is another thing, and does the same).

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::Relaxed;

use nix::libc;

use super::Words;

/// The lock, in memory that processes share. All zeros are one that was never begun.
#[repr(transparent)]
pub struct Lock(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: that several threads may use it at once is what a mutex is for.
unsafe impl Sync for Lock {}

impl Lock {
    /// Makes it a lock for all processes. Nobody may use it before, and nobody begins it twice.
    ///
    /// # Errors
    ///
    /// When the system has none.
    pub(super) fn begin(&self) -> io::Result<()> {
        let mut kind = MaybeUninit::uninit();
        // SAFETY: `kind` is initialized by the first call and destroyed by the last one; the mutex is
        // ours alone as yet.
        unsafe {
            said(libc::pthread_mutexattr_init(kind.as_mut_ptr()))?;
            let kind = kind.as_mut_ptr();
            let (shared, robust) =
                (libc::PTHREAD_PROCESS_SHARED, libc::PTHREAD_MUTEX_ROBUST);
            let begun = said(libc::pthread_mutexattr_setpshared(kind, shared))
                .and_then(|()| said(libc::pthread_mutexattr_setrobust(kind, robust)))
                .and_then(|()| said(libc::pthread_mutex_init(self.0.get(), kind)));
            libc::pthread_mutexattr_destroy(kind);
            begun
        }
    }

    /// Locks it; returns whether the last holder ended without unlocking. Then what it guards
    /// may be half done, and we are the one to mend it.
    ///
    /// # Errors
    ///
    /// Whatever else the system says.
    // ANCHOR: lock
    pub fn lock(&self) -> io::Result<bool> {
        // SAFETY: it was begun by whoever made the segment.
        self.inherit(unsafe { libc::pthread_mutex_lock(self.0.get()) })
    }

    fn inherit(&self, code: libc::c_int) -> io::Result<bool> {
        if code != libc::EOWNERDEAD {
            return said(code).map(|()| false);
        }
        // From here on it is an ordinary lock again, and we hold it.
        // SAFETY: the same.
        said(unsafe { libc::pthread_mutex_consistent(self.0.get()) })?;
        Ok(true)
    }
    // ANCHOR_END: lock

    /// The same, but doesn't wait.
    ///
    /// # Errors
    ///
    /// `ResourceBusy` when somebody holds it; and whatever else the system says.
    pub fn try_lock(&self) -> io::Result<bool> {
        // SAFETY: as in `lock`.
        self.inherit(unsafe { libc::pthread_mutex_trylock(self.0.get()) })
    }

    /// Unlocks it.
    ///
    /// # Errors
    ///
    /// When somebody else holds it.
    pub fn unlock(&self) -> io::Result<()> {
        // SAFETY: as in `lock`.
        said(unsafe { libc::pthread_mutex_unlock(self.0.get()) })
    }
}

/// The C library returns what went wrong, and 0 when nothing did.
fn said(code: libc::c_int) -> io::Result<()> {
    if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
}

/// Adds one, so many times.
///
/// # Panics
///
/// When the lock isn't one.
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        words.robust.lock().expect("it can be locked");
        let seen = words.count.load(Relaxed);
        words.count.store(seen + 1, Relaxed);
        words.robust.unlock().expect("we hold it");
    }
}
