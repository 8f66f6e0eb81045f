use std::fmt::{self, Debug, Formatter};

use super::Mutex;
use crate::record;
use crate::thread;

/// [`std::sync::OnceLock`], watched: a value that is written once.
pub struct OnceLock<T> {
    value: std::sync::OnceLock<T>,
    writing: Mutex<()>,
}

impl<T> OnceLock<T> {
    /// A lock in which no value was written yet.
    #[track_caller]
    pub fn new() -> Self {
        Self { value: std::sync::OnceLock::new(), writing: Mutex::new(()) }
    }

    /// The value, if one was written.
    pub fn get(&self) -> Option<&T> {
        record::await_turn();
        // Another thread may be about to write.
        thread::take_turn();
        self.value.get().inspect(|_| record::learns_all())
    }

    /// The value; if none was written yet, the result of `write` is written first. Other threads
    /// that call this meanwhile wait.
    ///
    /// # Panics
    ///
    /// When `write` does.
    #[track_caller]
    pub fn get_or_init(&self, write: impl FnOnce() -> T) -> &T {
        // The lock may be poisoned, but it protects nothing that could be half done.
        let _writing = self.writing.lock();
        self.value.get_or_init(write)
    }
}

impl<T> OnceLock<T> {
    /// Writes `value`, if nothing was written yet.
    ///
    /// # Errors
    ///
    /// `value`, when something was written already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let _writing = self.writing.lock();
        self.value.set(value)
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Debug for OnceLock<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceLock").finish_non_exhaustive()
    }
}
