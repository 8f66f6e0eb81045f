//! What has happened before what: a *vector clock* for each thread, and for each thing through
//! which threads learn from each other.
//!
//! A clock says, for each thread, how many of its stretches have happened before. A stretch ends
//! where the thread tells something: when it releases a lock, stores with `Release`, starts a
//! thread. So an access to ordinary memory has happened before, if the clock of whoever asks
//! knows of its stretch. See Mattern, *Virtual Time and Global States of Distributed Systems*
//! (1989), and Flanagan and Freund, *FastTrack* (2009).

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use crate::state::{Thing, Who};

/// For each thread, the last of its stretches of which one knows.
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

/// Who has used a place in ordinary memory, and in which of their stretches.
#[derive(Clone, Debug, Default)]
struct Uses {
    write: Option<(Who, u64)>,
    reads: Clock,
}

/// All that is known in a run.
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
            // The first stretch of a thread is number 1: of 0, everybody knows.
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

    /// `who` tells all that it knows to those who ask `thing`.
    pub(crate) fn tells(&mut self, who: Who, thing: Thing) {
        let known = self.clock(who).clone();
        self.told.entry(thing.id).or_default().learn(&known);
        self.begin_stretch(who);
    }

    /// `who` asks `thing`.
    pub(crate) fn asks(&mut self, who: Who, thing: Thing) {
        let told = self.told.entry(thing.id).or_default().clone();
        self.clock(who).learn(&told);
    }

    /// `who` learns all that anybody knows. For what passes on more than we follow.
    pub(crate) fn learns_all(&mut self, who: Who) {
        for other in 0..self.threads.len() {
            self.joins(who, other);
            // What the other one does from now on is news.
            self.begin_stretch(other);
        }
    }

    /// `who` uses an atomic, and asks for this order.
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
            // It replaces what was there, and what was told with it.
            self.told.remove(&thing.id);
        }
        if access != Access::Load && matches!(order, Release | AcqRel | SeqCst) {
            self.tells(who, thing);
        }
    }

    /// `who` reads ordinary memory. Returns who has written to it, and may not have done so yet
    /// for all that `who` knows.
    pub(crate) fn reads(&mut self, who: Who, place: Thing) -> Option<Who> {
        let clock = self.clock(who).clone();
        let uses = self.uses.entry(place.id).or_default();
        uses.reads.set(who, clock.of(who));
        uses.write
            .filter(|(writer, stretch)| *stretch > clock.of(*writer))
            .map(|(who, _)| who)
    }

    /// `who` writes ordinary memory. Returns who has used it, and may not have done so yet for all
    /// that `who` knows.
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
