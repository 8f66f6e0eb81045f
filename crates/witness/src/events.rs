use std::fmt::{self, Debug, Formatter};
use std::sync::PoisonError;

use crate::record;
use crate::step::Wait;

/// A count of how often something has happened, with threads that wait until that was often enough:
/// an eventcount. See Reed and Kanodia, *Synchronization with Eventcounts and Sequencers* (1979).
///
/// With it, a check *forces* the situation that it asks about: the first page, say, stays in the
/// index until three fetches have begun. An answer under which that can't come about deadlocks, and
/// the message says which thread waits for what.
pub struct Events {
    what: &'static str,
    inner: Inner,
}

#[expect(clippy::large_enum_variant, reason = "a check has one or two of them")]
enum Inner {
    Real(std::sync::Mutex<usize>, std::sync::Condvar),
    Explored(shuttle::sync::Mutex<usize>, shuttle::sync::Condvar),
}

/// Does the same with the real lock and condition variable, or with those of shuttle.
macro_rules! each {
    ($inner:expr, |$count:ident, $changed:ident| $run:expr) => {
        match $inner {
            Inner::Real($count, $changed) => $run,
            Inner::Explored($count, $changed) => $run,
        }
    };
}

impl Events {
    /// None of them has happened yet. In messages, a thread "waits for 3 `what`", so `what` is a
    /// noun in the plural.
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
        record::locks_within();
        each!(&self.inner, |count, changed| {
            *count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            changed.notify_all();
        });
    }

    /// How many have happened.
    pub fn count(&self) -> usize {
        record::locks_within();
        each!(&self.inner, |count, _changed| {
            *count.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// Waits until `enough` have happened.
    #[track_caller]
    pub fn wait_for(&self, enough: usize) {
        record::locks_within();
        let wait = Wait::Events(enough, self.what);
        record::waiting(wait, || {
            each!(&self.inner, |count, changed| {
                let mut count = count.lock().unwrap_or_else(PoisonError::into_inner);
                while *count < enough {
                    record::blocks();
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
