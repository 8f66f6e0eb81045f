//! Lets Ctrl-C wait for a moment. A process that is ended by a signal runs no destructors, and so
//! it removes no names.

use std::marker::PhantomData;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

/// As long as this lives, a signal that asks this thread to end (by Ctrl-C, a closed terminal, or
/// `kill`) waits; it comes as soon as this is dropped. Each other thread needs such a value, too,
/// or has to be started while this lives: the system gives a signal to any thread that takes it.
///
/// Make this before something with a name, and drop it when the name is gone. Workers don't inherit
/// it.
#[derive(Debug)]
pub struct Waiting {
    before: SigSet,
    /// Keeps this value in the thread that has made it.
    here: PhantomData<*const ()>,
}

impl Waiting {
    /// Makes these signals wait from now on.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let ends = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
        let set: SigSet = ends.into_iter().collect();
        // This can't fail, since there are such signals.
        let before = set.thread_swap_mask(SigmaskHow::SIG_BLOCK);
        Self { before: before.unwrap_or_else(|_| SigSet::empty()), here: PhantomData }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.before.thread_set_mask();
    }
}
