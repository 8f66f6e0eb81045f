//! Ctrl-C has to wait for a moment: whoever is ended by a signal runs no destructor, and so
//! removes no name.

use std::marker::PhantomData;

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

/// As long as this lives, a signal that asks this thread to end (by Ctrl-C, a closed terminal, or
/// `kill`) waits. It comes as soon as this is dropped. Other threads have to have such a value, too, or
/// be started after it: the system gives a signal to any thread that takes it.
///
/// Make it before what has a name, and drop it when the name is gone; workers don't inherit it.
#[derive(Debug)]
pub struct Waiting {
    before: SigSet,
    /// It belongs to the thread that has made it.
    here: PhantomData<*const ()>,
}

impl Waiting {
    /// From now on they wait.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let ends = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
        let set: SigSet = ends.into_iter().collect();
        // It can't fail: there are such signals.
        let before = set.thread_swap_mask(SigmaskHow::SIG_BLOCK);
        Self { before: before.unwrap_or_else(|_| SigSet::empty()), here: PhantomData }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.before.thread_set_mask();
    }
}
