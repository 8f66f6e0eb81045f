//! What has happened before what: a *vector clock* for each thread, and for each lock, atomic or
//! channel through which threads learn from each other.
//!
//! The run of a thread is cut into numbered stretches. A stretch ends where the thread passes on
//! what it knows: when it releases a lock, stores with `Release`, or starts a thread. A clock
//! holds, for each thread, the last of its stretches that is known to have happened before. So an
//! access to ordinary memory happened before the present one if the present thread's clock has got
//! as far as the stretch of that access. See Mattern, *Virtual Time and Global States of
//! Distributed Systems* (1989), and Flanagan and Freund, *FastTrack* (2009).

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use crate::state::{Thing, Who};

/// For each thread, the last of its stretches that is known.
#[derive(Clone, Debug, Default)]
struct Clock(Vec<u64>);

impl Clock {
    fn of(&self, who: Who) -> u64 {
        self.0.get(who).copied().unwrap_or(0)
    }

    fn set(&mut self, who: Who, stretch: u64) {
        if self.0.len() <= who {
            self.0.resize(who + 1, 0);
        }
        self.0[who] = stretch;
    }

    fn learn(&mut self, other: &Self) {
        for (who, stretch) in other.0.iter().enumerate() {
            if *stretch > self.of(who) {
                self.set(who, *stretch);
            }
        }
    }
}

/// Which threads have used a place in ordinary memory, and in which of their stretches.
#[derive(Clone, Debug, Default)]
struct Uses {
    write: Option<(Who, u64)>,
    reads: Clock,
}

/// The clocks of all threads of a run, what each thing passes on, and the uses of ordinary memory.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    threads: Vec<Clock>,
    told: HashMap<usize, Clock>,
    uses: HashMap<usize, Uses>,
}

/// What is done to an atomic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Load,
    Store,
    Change,
}

impl Happened {
    fn clock(&mut self, who: Who) -> &mut Clock {
        while self.threads.len() <= who {
            // The first stretch of a thread is number 1, since an empty clock already knows of
            // number 0.
            let mut clock = Clock::default();
            clock.set(self.threads.len(), 1);
            self.threads.push(clock);
        }
        &mut self.threads[who]
    }

    fn begin_stretch(&mut self, who: Who) {
        let clock = self.clock(who);
        let next = clock.of(who) + 1;
        clock.set(who, next);
    }

    /// `by` starts `who`, who knows all that `by` knows.
    pub(crate) fn starts(&mut self, by: Who, who: Who) {
        let known = self.clock(by).clone();
        self.clock(who).learn(&known);
        self.begin_stretch(by);
    }

    /// `who` knows all that `other` knows, as after a join.
    pub(crate) fn joins(&mut self, who: Who, other: Who) {
        let known = self.clock(other).clone();
        self.clock(who).learn(&known);
    }

    /// `who` leaves all that it knows with `thing`, for threads that ask it later.
    pub(crate) fn tells(&mut self, who: Who, thing: Thing) {
        let known = self.clock(who).clone();
        self.told.entry(thing.id).or_default().learn(&known);
        self.begin_stretch(who);
    }

    /// `who` learns all that other threads have left with `thing`.
    pub(crate) fn asks(&mut self, who: Who, thing: Thing) {
        let told = self.told.entry(thing.id).or_default().clone();
        self.clock(who).learn(&told);
    }

    /// `who` learns all that any thread knows. For steps that pass something on, where we don't
    /// follow what and from whom.
    pub(crate) fn learns_all(&mut self, who: Who) {
        for other in 0..self.threads.len() {
            self.joins(who, other);
            // What the other thread does from now on is not known to `who`.
            self.begin_stretch(other);
        }
    }

    /// `who` uses an atomic with this ordering.
    pub(crate) fn atomic(
        &mut self,
        who: Who,
        thing: Thing,
        access: Access,
        order: Ordering,
    ) {
        use Ordering::{AcqRel, Acquire, Release, SeqCst};
        if access != Access::Store && matches!(order, Acquire | AcqRel | SeqCst) {
            self.asks(who, thing);
        }
        if access == Access::Store {
            // A store replaces the value, and with it what earlier stores have passed on.
            self.told.remove(&thing.id);
        }
        if access != Access::Load && matches!(order, Release | AcqRel | SeqCst) {
            self.tells(who, thing);
        }
    }

    /// `who` reads ordinary memory. Returns the thread that has written to it, if `who` can't know
    /// that the write is done: a data race.
    pub(crate) fn reads(&mut self, who: Who, place: Thing) -> Option<Who> {
        let clock = self.clock(who).clone();
        let uses = self.uses.entry(place.id).or_default();
        uses.reads.set(who, clock.of(who));
        uses.write
            .filter(|(writer, stretch)| *stretch > clock.of(*writer))
            .map(|(who, _)| who)
    }

    /// `who` writes ordinary memory. Returns a thread that has used it, if `who` can't know that
    /// this use is done: a data race.
    pub(crate) fn writes(&mut self, who: Who, place: Thing) -> Option<Who> {
        let clock = self.clock(who).clone();
        let uses = self.uses.entry(place.id).or_default();
        let reads = uses.reads.0.iter().copied().enumerate();
        let mut others = uses.write.into_iter().chain(reads);
        let unknown = others.find(|(other, stretch)| *stretch > clock.of(*other));
        uses.write = Some((who, clock.of(who)));
        unknown.map(|(who, _)| who)
    }
}
