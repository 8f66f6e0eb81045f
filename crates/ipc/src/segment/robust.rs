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
    /// may be half done, and we are the one to mend it, and to say so by [`Lock::mended`] before we
    /// unlock. Whoever unlocks it without that makes it useless for good; whoever dies before
    /// that leaves it to the next heir.
    ///
    /// # Errors
    ///
    /// Whatever else the system says.
    // ANCHOR: lock
    pub fn lock(&self) -> io::Result<bool> {
        // SAFETY: it was begun by whoever made the segment.
        self.inherit(unsafe { libc::pthread_mutex_lock(self.0.get()) })
    }
    // ANCHOR_END: lock

    // ANCHOR: inherit
    fn inherit(&self, code: libc::c_int) -> io::Result<bool> {
        // We hold it, as an heir.
        if code == libc::EOWNERDEAD { Ok(true) } else { said(code).map(|()| false) }
    }
    // ANCHOR_END: inherit

    /// What it guards is whole again: from here on it is an ordinary lock.
    ///
    /// # Errors
    ///
    /// When we are no heir.
    // ANCHOR: mended
    pub fn mended(&self) -> io::Result<()> {
        // SAFETY: as in `lock`.
        said(unsafe { libc::pthread_mutex_consistent(self.0.get()) })
    }
    // ANCHOR_END: mended

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
        if words.robust.lock().expect("it can be locked") {
            // One number is never half done: nothing has to be mended.
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

    /// Somebody locks, does this, and ends; returns whether the one before had died.
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
