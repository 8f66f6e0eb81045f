//! What is known of a run: its threads and its things, and every step.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use crate::happened::Happened;
use crate::rounds::Rounds;
use crate::step::{Place, Step, Thing, Wait, Who};

/// A step, the thread that made it, and the line of code that it comes from.
pub(crate) struct Event {
    pub(crate) who: Who,
    pub(crate) place: Place,
    pub(crate) step: Step,
}

/// The last steps of a run. Whoever never ends makes millions of them, and a reader wants few.
#[derive(Default)]
pub(crate) struct Events {
    last: VecDeque<Event>,
    earlier: usize,
}

impl Events {
    /// As many are kept.
    pub(crate) const LONGEST: usize = 60;

    pub(crate) fn push(&mut self, event: Event) {
        if self.last.len() == Self::LONGEST {
            self.last.pop_front();
            self.earlier += 1;
        }
        self.last.push_back(event);
    }

    /// Those that are kept, in their order.
    pub(crate) fn last(&self) -> impl Iterator<Item = &Event> {
        self.last.iter()
    }

    /// How many came before them.
    pub(crate) fn earlier(&self) -> usize {
        self.earlier
    }
}

/// What was made in a run: as much of it as a reader can tell apart.
#[derive(Default)]
pub(crate) struct Made {
    first: Vec<(Thing, Place)>,
    more: usize,
}

impl Made {
    /// As many are kept.
    pub(crate) const LONGEST: usize = 60;

    pub(crate) fn push(&mut self, thing: Thing, place: Place) {
        if self.first.len() < Self::LONGEST {
            self.first.push((thing, place));
        } else {
            self.more += 1;
        }
    }

    /// Those that are kept, in their order.
    pub(crate) fn first(&self) -> impl Iterator<Item = &(Thing, Place)> {
        self.first.iter()
    }

    /// How many came after them.
    pub(crate) fn more(&self) -> usize {
        self.more
    }
}

#[derive(Default)]
pub(crate) struct Thread {
    pub(crate) ended: bool,
    pub(crate) joined: bool,
    pub(crate) holds: Vec<Thing>,
    /// How long it had been on a core when it took the first of these, if it is a real thread.
    pub(crate) held_since: Duration,
    pub(crate) waits: Option<(Wait, Option<Place>)>,
    /// The scope that it was started in.
    pub(crate) scope: Option<usize>,
}

pub(crate) struct Child {
    /// Its process id, once it was started.
    pub(crate) id: Option<u32>,
    pub(crate) reaped: bool,
}

/// What was counted since the last [`Record::reset`](crate::record::Record::reset).
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) threads: usize,
    pub(crate) running: usize,
    pub(crate) threads_at_once: usize,
    pub(crate) unjoined: usize,
    /// How long the threads that have ended were on a core, if they are real.
    pub(crate) computed: Duration,
    /// As `computed`, while they held a lock.
    pub(crate) computed_with_locks: Duration,
    /// The type of what each thread returns.
    pub(crate) returns: Vec<&'static str>,
    pub(crate) locks: usize,
    pub(crate) locks_at_once: usize,
    pub(crate) strongest: usize,
    pub(crate) changes: usize,
    pub(crate) atomics: usize,
    pub(crate) yields: usize,
    pub(crate) plain: usize,
    pub(crate) children: usize,
    pub(crate) living: usize,
    pub(crate) children_at_once: usize,
    pub(crate) killed: usize,
}

/// What is asked of a run, and what happens to it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Conditions {
    /// Whether a thread that waits in a loop, and doesn't sleep, is an error.
    pub(crate) refuse_spins: bool,
    /// Which sleep on a condition variable ends at once and for no reason; the first is 1.
    pub(crate) spurious: Option<usize>,
}

pub(crate) struct State {
    /// Where the check is that asked for this run; the answer is in the same file.
    pub(crate) check: Place,
    pub(crate) conditions: Conditions,
    /// How many times a thread has gone to sleep on a condition variable.
    pub(crate) sleeps: usize,
    /// Whether the check has stopped waiting for this run. From then on, the run starts no child.
    pub(crate) over: bool,
    /// Whether a check counts what happens just now.
    pub(crate) watched: bool,
    /// The message of the first panic.
    pub(crate) panic: Option<String>,
    pub(crate) events: Events,
    pub(crate) threads: Vec<Thread>,
    /// The number of the thread that each of shuttle's tasks is.
    pub(crate) tasks: HashMap<usize, Who>,
    /// How many scopes were opened.
    pub(crate) scopes: usize,
    pub(crate) children: Vec<Child>,
    /// How many times somebody has looked whether a child has ended, and it hadn't.
    pub(crate) looks: usize,
    pub(crate) made: Made,
    pub(crate) counts: Counts,
    pub(crate) happened: Happened,
    /// The atomics that have to be used as ordinary memory would be.
    pub(crate) like_plain: HashSet<usize>,
    /// How many values older than the newest were read, all atomics together.
    pub(crate) older: usize,
    /// How many exchanges have failed for no reason.
    pub(crate) failures: usize,
    pub(crate) rounds: Rounds,
    /// Where a schedule is played turn by turn: the threads that stand before a step, and wait for
    /// their turn.
    pub(crate) before_a_step: Option<BTreeSet<Who>>,
}

impl State {
    pub(crate) fn thread(&mut self, who: Who) -> &mut Thread {
        if self.threads.len() <= who {
            self.threads.resize_with(who + 1, Thread::default);
        }
        &mut self.threads[who]
    }
}
