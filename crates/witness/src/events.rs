use std::fmt::{self, Debug, Formatter};
use std::sync::PoisonError;

use crate::record;
use crate::state::Wait;

/// How often something has happened; threads can wait until it has happened often enough. With
/// it, a check *forces* the situation that it asks about: the first page stays in the index until
/// three fetches have begun. An answer under which that can't come about deadlocks, and is told
/// who waits for what. (Reed and Kanodia, *Synchronization with Eventcounts and Sequencers*, 1979.)
pub struct Events {
    what: &'static str,
    inner: Inner,
}

#[expect(clippy::large_enum_variant, reason = "a check has one or two of them")]
enum Inner {
    Real(std::sync::Mutex<usize>, std::sync::Condvar),
    Explored(shuttle::sync::Mutex<usize>, shuttle::sync::Condvar),
}

/// The same with either kind of lock and condition variable.
macro_rules! each {
    ($inner:expr, |$count:ident, $changed:ident| $run:expr) => {
        match $inner {
            Inner::Real($count, $changed) => $run,
            Inner::Explored($count, $changed) => $run,
        }
    };
}

impl Events {
    /// None of them has happened yet. Whoever waits is told to wait for 3 `what`, if it is 3.
    pub fn new(what: &'static str) -> Self {
        let inner = if record::explored() {
            Inner::Explored(Default::default(), Default::default())
        } else {
            Inner::Real(Default::default(), Default::default())
        };
        Self { what, inner }
    }

    /// One more has happened.
    pub fn advance(&self) {
        each!(&self.inner, |count, changed| {
            *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            changed.notify_all();
        });
    }

    /// How many have happened.
    pub fn count(&self) -> usize {
        each!(&self.inner, |count, _changed| {
            *count.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// Waits until `enough` have happened.
    #[track_caller]
    pub fn wait_for(&self, enough: usize) {
        let wait = Wait::Events(enough, self.what);
        record::waiting(wait, || {
            each!(&self.inner, |count, changed| {
                let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
                while *count < enough {
                    count = changed.wait(count).unwrap_or_else(PoisonError::into_inner);
                }
            });
        });
    }
}

impl Debug for Events {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("what", &self.what).finish_non_exhaustive()
    }
}
