//! Ordinary memory that threads share.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::record;
use crate::step::{Kind, Thing};

/// A place in ordinary memory: no lock and no atomic. Two threads may use it only when one of
/// them knows that the other is done, unless both only read; otherwise that is a *data race*. In
/// a program that is not watched it would be an `UnsafeCell`.
///
/// A run under [`explore`](crate::explore) or [`roll`](crate::roll) panics at a data race. There,
/// one thread knows what another has done when it has joined it or was started by it, has taken
/// a lock after it, has received a message, or has loaded with `Acquire` what the other stored
/// with `Release`.
pub struct Plain<T> {
    value: Mutex<T>,
    /// In a run under shuttle: what is loaded before each access, so that other threads get a turn.
    turn: Option<shuttle::sync::atomic::AtomicBool>,
    place: Thing,
}

impl<T: Clone> Plain<T> {
    /// A place that holds `value`.
    #[track_caller]
    pub fn new(value: T) -> Self {
        let turn =
            record::explored().then(|| shuttle::sync::atomic::AtomicBool::new(false));
        let place = record::make(Kind::Plain);
        record::holds(place, &value);
        Self { value: Mutex::new(value), turn, place }
    }

    /// A copy of the value in this place.
    ///
    /// # Panics
    ///
    /// At a data race, in a run under [`explore`](crate::explore) or [`roll`](crate::roll).
    #[track_caller]
    pub fn read(&self) -> T {
        self.take_turn();
        record::holds(self.place, &*self.locked());
        record::uses(self.place, false);
        self.locked().clone()
    }

    /// Writes `value` to this place.
    ///
    /// # Panics
    ///
    /// At a data race, in a run under [`explore`](crate::explore) or [`roll`](crate::roll).
    #[track_caller]
    pub fn write(&self, value: T) {
        self.take_turn();
        record::holds(self.place, &value);
        record::uses(self.place, true);
        *self.locked() = value;
    }

    fn locked(&self) -> MutexGuard<'_, T> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_turn(&self) {
        record::await_turn();
        if let Some(turn) = &self.turn {
            turn.load(std::sync::atomic::Ordering::SeqCst);
        }
    }
}

impl<T> Debug for Plain<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain").finish_non_exhaustive()
    }
}
