//! What has happened before what: a *vector clock* for each thread, and for each lock, value of an
//! atomic, or channel through which threads learn from each other.
//!
//! The run of a thread is cut into numbered stretches. A stretch ends where the thread passes on
//! what it knows: when it releases a lock, stores with `Release`, or starts a thread. A clock
//! holds, for each thread, the last of its stretches that is known to have happened before. So an
//! access to ordinary memory happened before the present one if the present thread's clock has got
//! as far as the stretch of that access. See Mattern, *Virtual Time and Global States of
//! Distributed Systems* (1989), and Flanagan and Freund, *FastTrack* (2009).
//!
//! Together with the clock goes which value of each atomic is the newest that is known. A thread may
//! still read an older value than the newest there is, but none that is older than the newest it
//! knows of: so C++ and Rust define it, and so it comes out where a core has stored something and
//! others don't see it yet. See Kang and others, *A Promising Semantics for Relaxed-Memory
//! Concurrency* (2017); here, as there without promises, no load returns what is stored only later.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Release, SeqCst};

use crate::step::{Thing, Who};

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

/// What is known: by a thread, or by whoever reads a value or takes a lock.
#[derive(Clone, Debug, Default)]
struct Known {
    clock: Clock,
    /// The number of the newest value that is known, of each atomic; 0 where there is none.
    values: HashMap<usize, usize>,
}

impl Known {
    fn learn(&mut self, other: &Self) {
        self.clock.learn(&other.clock);
        for (atomic, value) in &other.values {
            self.learn_value(*atomic, *value);
        }
    }

    fn newest(&self, atomic: usize) -> usize {
        self.values.get(&atomic).copied().unwrap_or(0)
    }

    fn learn_value(&mut self, atomic: usize, value: usize) {
        if value > self.newest(atomic) {
            self.values.insert(atomic, value);
        }
    }
}

/// The values that an atomic has had in a run.
#[derive(Debug, Default)]
struct Values {
    /// The number of the newest one. The first, that it was made with, is number 0.
    newest: usize,
    /// What each of the last values passes on; the newest comes first.
    told: VecDeque<Known>,
    /// The number of the newest one that a thread has stored or read with `SeqCst`.
    strongest: usize,
}

/// Which threads have used a place in ordinary memory, and in which of their stretches.
#[derive(Clone, Debug, Default)]
struct Uses {
    write: Option<(Who, u64)>,
    reads: Clock,
}

/// What all threads of a run know, what each thing passes on, and the uses of ordinary memory.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    threads: Vec<Known>,
    told: HashMap<usize, Known>,
    atomics: HashMap<usize, Values>,
    uses: HashMap<usize, Uses>,
}

/// How many older values of an atomic a thread may read in place of the newest, at most. Any number
/// would be right; a few show what an ordering forgets.
pub(crate) const OLDER: usize = 3;

impl Happened {
    fn known(&mut self, who: Who) -> &mut Known {
        while self.threads.len() <= who {
            // The first stretch of a thread is number 1, since an empty clock already knows of
            // number 0.
            let mut known = Known::default();
            known.clock.set(self.threads.len(), 1);
            self.threads.push(known);
        }
        &mut self.threads[who]
    }

    fn clock(&mut self, who: Who) -> &mut Clock {
        &mut self.known(who).clock
    }

    fn begin_stretch(&mut self, who: Who) {
        let clock = self.clock(who);
        let next = clock.of(who) + 1;
        clock.set(who, next);
    }

    /// `by` starts `who`, who knows all that `by` knows.
    pub(crate) fn starts(&mut self, by: Who, who: Who) {
        let known = self.known(by).clone();
        self.known(who).learn(&known);
        self.begin_stretch(by);
    }

    /// `who` knows all that `other` knows, as after a join.
    pub(crate) fn joins(&mut self, who: Who, other: Who) {
        let known = self.known(other).clone();
        self.known(who).learn(&known);
    }

    /// `who` leaves all that it knows with `thing`, for threads that ask it later.
    pub(crate) fn tells(&mut self, who: Who, thing: Thing) {
        let known = self.known(who).clone();
        self.told.entry(thing.id).or_default().learn(&known);
        self.begin_stretch(who);
    }

    /// `who` learns all that other threads have left with `thing`.
    pub(crate) fn asks(&mut self, who: Who, thing: Thing) {
        let told = self.told.entry(thing.id).or_default().clone();
        self.known(who).learn(&told);
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

    /// How many values older than the newest one `who` may still read with this ordering.
    pub(crate) fn older(&mut self, who: Who, atomic: Thing, order: Ordering) -> usize {
        let known = self.known(who).newest(atomic.id);
        let values = self.atomics.entry(atomic.id).or_default();
        let oldest = if order == SeqCst { known.max(values.strongest) } else { known };
        (values.newest - oldest).min(OLDER)
    }

    /// `who` reads a value with this ordering: the newest one, or one that is so many older.
    pub(crate) fn loads(
        &mut self,
        who: Who,
        atomic: Thing,
        order: Ordering,
        older: usize,
    ) {
        let values = self.atomics.entry(atomic.id).or_default();
        let number = values.newest - older;
        if order == SeqCst {
            values.strongest = values.strongest.max(number);
        }
        let told = acquires(order).then(|| values.told.get(older).cloned()).flatten();
        let known = self.known(who);
        known.learn_value(atomic.id, number);
        if let Some(told) = told {
            known.learn(&told);
        }
    }

    /// `who` stores a value with this ordering. What the values before have passed on, it doesn't.
    pub(crate) fn stores(&mut self, who: Who, atomic: Thing, order: Ordering) {
        self.replaces(who, atomic, order, Known::default());
    }

    /// `who` reads the newest value and stores another one, in one step and with this ordering. The
    /// new value passes on what the one before did.
    pub(crate) fn changes(&mut self, who: Who, atomic: Thing, order: Ordering) {
        self.loads(who, atomic, order, 0);
        let told = self.atomics.entry(atomic.id).or_default().told.front().cloned();
        self.replaces(who, atomic, order, told.unwrap_or_default());
    }

    fn replaces(&mut self, who: Who, atomic: Thing, order: Ordering, mut told: Known) {
        let values = self.atomics.entry(atomic.id).or_default();
        values.newest += 1;
        let number = values.newest;
        if order == SeqCst {
            values.strongest = number;
        }
        let known = self.known(who);
        known.learn_value(atomic.id, number);
        if releases(order) {
            told.learn(known);
            self.begin_stretch(who);
        }
        let values = self.atomics.entry(atomic.id).or_default();
        values.told.push_front(told);
        values.told.truncate(OLDER + 1);
    }

    /// `who` reads or writes ordinary memory. Returns a thread that has used it, if `who` can't know
    /// that this use is done, and one of the two wrote: a data race.
    pub(crate) fn uses(&mut self, who: Who, place: Thing, writes: bool) -> Option<Who> {
        let clock = self.clock(who).clone();
        let uses = self.uses.entry(place.id).or_default();
        let reads = uses.reads.0.iter().copied().enumerate().filter(|_| writes);
        let mut others = uses.write.into_iter().chain(reads);
        let unknown = others.find(|(other, stretch)| *stretch > clock.of(*other));
        if writes {
            uses.write = Some((who, clock.of(who)));
        } else {
            uses.reads.set(who, clock.of(who));
        }
        unknown.map(|(who, _)| who)
    }
}

fn acquires(order: Ordering) -> bool {
    matches!(order, Acquire | AcqRel | SeqCst)
}

fn releases(order: Ordering) -> bool {
    matches!(order, Release | AcqRel | SeqCst)
}
