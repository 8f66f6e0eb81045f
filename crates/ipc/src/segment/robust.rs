//! A lock that survives its holder: a *robust* mutex of the C library.
//!
//! The system knows which robust mutexes each thread holds. When a thread ends, in whatever way,
//! the system marks those mutexes, and the next thread that locks one of them is told. Linux has
//! robust mutexes; macOS and Windows don't. (Windows has named mutexes, which are something else
//! but do the same in this respect.)

use std::cell::UnsafeCell;
use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::Relaxed;

use nix::libc;

use super::Words;

/// The lock, in memory that processes share. All zeros are a lock on which `begin` was never
/// called.
#[repr(transparent)]
pub struct Lock(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: a mutex is made to be used by several threads at once.
unsafe impl Sync for Lock {}

impl Lock {
    /// Makes this memory a lock for all processes. Call it once, before anybody uses the lock.
    ///
    /// # Errors
    ///
    /// When the system has no such locks.
    pub(super) fn begin(&self) -> io::Result<()> {
        let mut kind = MaybeUninit::uninit();
        // SAFETY: `kind` is initialized by the first call and destroyed by the last one. So far, no
        // other thread uses the mutex.
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

    /// Takes the lock, waiting as long as it is held. Returns whether the last holder ended
    /// without unlocking. If so, what the lock guards may be half done. Then the caller is the
    /// heir: it has to mend that, and call [`Lock::mended`], before it unlocks. An heir that
    /// unlocks without that makes the lock useless for good. If an heir dies before it unlocks,
    /// the next one inherits.
    ///
    /// # Errors
    ///
    /// When an heir has made the lock useless, and whatever else the system says.
    // ANCHOR: lock
    pub fn lock(&self) -> io::Result<bool> {
        // SAFETY: whoever made the segment has called `begin`.
        self.inherit(unsafe { libc::pthread_mutex_lock(self.0.get()) })
    }
    // ANCHOR_END: lock

    // ANCHOR: inherit
    fn inherit(&self, code: libc::c_int) -> io::Result<bool> {
        // With this code we hold the lock, and its last holder has died.
        if code == libc::EOWNERDEAD { Ok(true) } else { said(code).map(|()| false) }
    }
    // ANCHOR_END: inherit

    /// Says that what the lock guards is whole again. From here on it is an ordinary lock.
    ///
    /// # Errors
    ///
    /// When the caller isn't an heir.
    // ANCHOR: mended
    pub fn mended(&self) -> io::Result<()> {
        // SAFETY: as in `lock`.
        said(unsafe { libc::pthread_mutex_consistent(self.0.get()) })
    }
    // ANCHOR_END: mended

    /// Takes the lock as [`Lock::lock`] does, but doesn't wait.
    ///
    /// # Errors
    ///
    /// `ResourceBusy` when the lock is held; and whatever else the system says.
    pub fn try_lock(&self) -> io::Result<bool> {
        // SAFETY: as in `lock`.
        self.inherit(unsafe { libc::pthread_mutex_trylock(self.0.get()) })
    }

    /// Unlocks.
    ///
    /// # Errors
    ///
    /// When the caller doesn't hold the lock.
    pub fn unlock(&self) -> io::Result<()> {
        // SAFETY: as in `lock`.
        said(unsafe { libc::pthread_mutex_unlock(self.0.get()) })
    }
}

/// Makes a result of what the C library returns: 0 if nothing went wrong, or the number of an
/// error.
fn said(code: libc::c_int) -> io::Result<()> {
    if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
}

/// Adds 1 to the count, `times` times, with the lock held.
///
/// # Panics
///
/// When the lock can't be taken.
pub fn add(words: &Words, times: u64) {
    for _ in 0..times {
        if words.robust.lock().expect("it can be locked") {
            // A single number is never half done, so there is nothing to mend.
            words.robust.mended().expect("we are the heir");
        }
        let seen = words.count.load(Relaxed);
        words.count.store(seen + 1, Relaxed);
        words.robust.unlock().expect("we hold it");
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::segment::Segment;

    /// A thread takes the lock, calls `then`, and ends; returns whether the holder before had died.
    fn somebody(lock: &Lock, then: impl FnOnce(&Lock) + Send) -> io::Result<bool> {
        let locks = || {
            let inherited = lock.lock()?;
            then(lock);
            Ok(inherited)
        };
        thread::scope(|scope| scope.spawn(locks).join().unwrap())
    }

    #[test]
    fn whoever_dies_before_mending_has_an_heir_too() {
        let segment = Segment::create().unwrap();
        let lock = &segment.words().robust;
        assert!(!somebody(lock, |_| ()).unwrap());
        assert!(somebody(lock, |_| ()).unwrap(), "it died while it was mending");
        let mends = |lock: &Lock| lock.mended().and_then(|()| lock.unlock()).unwrap();
        assert!(somebody(lock, mends).unwrap(), "it is told, too");
        assert!(!somebody(lock, |lock| lock.unlock().unwrap()).unwrap());
    }

    #[test]
    fn whoever_unlocks_without_mending_ends_it() {
        let segment = Segment::create().unwrap();
        let lock = &segment.words().robust;
        assert!(!somebody(lock, |_| ()).unwrap());
        assert!(somebody(lock, |lock| lock.unlock().unwrap()).unwrap());
        let error = somebody(lock, |_| ()).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENOTRECOVERABLE));
    }
}
