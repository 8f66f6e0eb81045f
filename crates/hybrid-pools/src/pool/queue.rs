//! What waits to be done, and who waits for it: the only thing that submitters and keepers share.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::{Rejected, TaskError};

/// What comes of an item: its result as bytes, or why there is none.
pub(crate) type Outcome = Result<Vec<u8>, TaskError>;

/// Items of one task that a worker gets at once.
pub(crate) struct Job {
    pub(crate) task: &'static str,
    pub(crate) items: VecDeque<Item>,
}

/// One call of a task.
pub(crate) struct Item {
    pub(crate) argument: Vec<u8>,
    /// How often a worker has died while it ran this.
    pub(crate) attempts: u32,
    pub(crate) ticket: Option<Arc<Ticket>>,
    pub(crate) reply: Reply,
}

/// Where the outcome of an item goes. There is one, whatever happens: who drops a reply says that the
/// pool was stopped.
pub(crate) struct Reply {
    to: Sender<(u64, Outcome)>,
    index: u64,
    settled: bool,
}

impl Reply {
    pub(crate) fn new(to: Sender<(u64, Outcome)>, index: u64) -> Self {
        Self { to, index, settled: false }
    }

    pub(crate) fn index(&self) -> u64 {
        self.index
    }

    fn settle(&mut self, outcome: Outcome) {
        self.settled = true;
        // That nobody waits any more is no mistake.
        let _ = self.to.send((self.index, outcome));
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.settled {
            self.settle(Err(TaskError::Stopped));
        }
    }
}

impl Item {
    /// About how many bytes of a message it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.argument.len() + 16
    }

    /// Tells whoever waits.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        self.reply.settle(outcome);
    }
}

impl Job {
    /// How many bytes go to the worker, about.
    pub(crate) fn bytes(&self) -> usize {
        self.items.iter().map(Item::bytes).sum()
    }
}

/// Whether a task can still be cancelled.
#[derive(Default)]
pub(crate) struct Ticket(AtomicU8);

const WAITS: u8 = 0;
const BEGUN: u8 = 1;
const CANCELLED: u8 = 2;

impl Ticket {
    /// Whoever changes it first from waiting to something else has decided.
    fn change(&self, to: u8) -> bool {
        let changed =
            self.0.compare_exchange(WAITS, to, Ordering::Relaxed, Ordering::Relaxed);
        changed.is_ok()
    }

    pub(crate) fn cancel(&self) -> bool {
        self.change(CANCELLED) || self.is_cancelled()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) == CANCELLED
    }

    fn begin(&self) -> bool {
        self.change(BEGUN)
    }

    /// It was begun, and has to wait once more.
    fn wait_again(&self) {
        self.0.store(WAITS, Ordering::Relaxed);
    }
}

/// What is wanted of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Whatever comes.
    Open,
    /// What has come.
    Finishing,
    /// Nothing.
    Stopping,
}

/// The queue of a pool.
pub(crate) struct Queue {
    state: Mutex<State>,
    /// There is a job, or the stage has changed.
    work: Condvar,
    /// The stage has changed. Who waits for this must not be told of jobs in the place of others.
    changed: Condvar,
    /// There is room.
    room: Condvar,
    capacity: usize,
}

struct State {
    jobs: VecDeque<Job>,
    stage: Stage,
    /// Keepers that wait for work.
    idle: usize,
    /// Keepers that have, or will have, a worker.
    keepers: usize,
    /// Submitters that wait for room.
    waiting: usize,
    /// Why there are no keepers any more.
    given_up: Option<String>,
}

impl Queue {
    pub(crate) fn new(capacity: usize, keepers: usize) -> Self {
        let state = State {
            jobs: VecDeque::new(),
            stage: Stage::Open,
            idle: 0,
            keepers,
            waiting: 0,
            given_up: None,
        };
        Self {
            state: Mutex::new(state),
            work: Condvar::new(),
            changed: Condvar::new(),
            room: Condvar::new(),
            capacity,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job; waits for room, unless that is too much to ask.
    pub(crate) fn push(&self, job: Job, wait: bool) -> Result<(), Rejected> {
        let mut state = self.lock();
        while state.jobs.len() >= self.capacity && state.given_up.is_none() {
            if !wait {
                return Err(Rejected::Full { capacity: self.capacity });
            }
            state.waiting += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        if let Some(reason) = &state.given_up {
            return Err(Rejected::NoWorkers { reason: reason.clone() });
        }
        state.jobs.push_back(job);
        let idle = state.idle > 0;
        drop(state);
        if idle {
            self.work.notify_one();
        }
        Ok(())
    }

    /// Jobs for a worker: at most so many, and no more than its share of those that wait. More than
    /// one only as long as they have no more than `bytes` together. None when there are none; but
    /// if it may `wait`, only when there will never be any.
    pub(crate) fn take(&self, most: usize, bytes: usize, wait: bool) -> Vec<Job> {
        let mut state = self.lock();
        loop {
            let jobs = state.next(most, bytes, wait);
            // Not for each place: whoever submits would wake up for a single task.
            if state.waiting > 0 && state.jobs.len() <= self.capacity / 2 {
                self.room.notify_all();
            }
            if !jobs.is_empty() || !wait || state.stage != Stage::Open {
                return jobs;
            }
            state.idle += 1;
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Takes jobs back that a worker had, in the order in which it had them. They are the next ones.
    pub(crate) fn take_back(&self, jobs: impl DoubleEndedIterator<Item = Job>) {
        let mut state = self.lock();
        if state.stage == Stage::Stopping {
            return;
        }
        for job in jobs.rev().filter(|job| !job.items.is_empty()) {
            job.items
                .iter()
                .filter_map(|item| item.ticket.as_ref())
                .for_each(|t| t.wait_again());
            state.jobs.push_front(job);
        }
        drop(state);
        self.work.notify_all();
    }

    /// How many keepers there are.
    pub(crate) fn keepers(&self) -> usize {
        self.lock().keepers
    }

    /// How many jobs wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().jobs.len()
    }

    pub(crate) fn stage(&self) -> Stage {
        self.lock().stage
    }

    /// Whether a keeper needs a worker: now, or when somebody submits.
    pub(crate) fn is_wanted(&self) -> bool {
        let state = self.lock();
        match state.stage {
            Stage::Open => true,
            Stage::Finishing => !state.jobs.is_empty(),
            Stage::Stopping => false,
        }
    }

    /// Waits so long, or until the stage has changed.
    pub(crate) fn pause(&self, time: Duration) {
        let state = self.lock();
        let goes_on = |state: &mut State| state.stage != Stage::Stopping;
        drop(self.changed.wait_timeout_while(state, time, goes_on));
    }

    /// From now on, something else is wanted.
    pub(crate) fn enter(&self, stage: Stage) {
        let mut state = self.lock();
        state.stage = stage;
        let dropped = if stage == Stage::Stopping {
            std::mem::take(&mut state.jobs)
        } else {
            VecDeque::new()
        };
        drop(state);
        self.work.notify_all();
        self.changed.notify_all();
        drop(dropped);
    }

    /// A keeper leaves, for this reason. When it was the last one, nobody will do what waits.
    pub(crate) fn leave(&self, reason: &str) {
        let mut state = self.lock();
        state.keepers -= 1;
        if state.keepers > 0 {
            drop(state);
            // There is more for each of the others.
            self.work.notify_all();
            return;
        }
        state.given_up = Some(reason.into());
        let dropped = std::mem::take(&mut state.jobs);
        drop(state);
        self.room.notify_all();
        for item in dropped.into_iter().flat_map(|job| job.items) {
            item.settle(Err(TaskError::NoWorkers { reason: reason.into() }));
        }
    }
}

impl State {
    fn next(&mut self, most: usize, bytes: usize, idle: bool) -> Vec<Job> {
        let share = self.jobs.len().div_ceil(self.keepers.max(1));
        let (mut taken, mut sum) = (Vec::new(), 0);
        while taken.len() < most.min(share) {
            let Some(job) = self.jobs.front() else { break };
            sum += job.bytes();
            if sum > bytes && !(idle && taken.is_empty()) {
                break;
            }
            let Some(mut job) = self.jobs.pop_front() else { break };
            job.items.retain(|item| item.ticket.as_ref().is_none_or(|t| t.begin()));
            if !job.items.is_empty() {
                taken.push(job);
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    use super::*;

    fn job(bytes: usize) -> (Job, Receiver<(u64, Outcome)>) {
        let (to, from) = channel();
        let item = Item {
            argument: vec![0; bytes],
            attempts: 0,
            ticket: Some(Arc::default()),
            reply: Reply::new(to, 0),
        };
        (Job { task: "t", items: VecDeque::from([item]) }, from)
    }

    #[test]
    fn everybody_gets_a_share() {
        let queue = Queue::new(100, 2);
        for _ in 0..10 {
            queue.push(job(1).0, true).unwrap();
        }
        assert_eq!(queue.take(64, 1_000, true).len(), 5);
        assert_eq!(queue.take(2, 1_000, true).len(), 2);
        assert_eq!(queue.take(64, 30, true).len(), 1, "more would be more than 30 bytes");
    }

    #[test]
    fn a_large_job_goes_only_to_somebody_idle() {
        let queue = Queue::new(100, 1);
        queue.push(job(1_000).0, true).unwrap();
        assert!(queue.take(64, 100, false).is_empty());
        assert_eq!(queue.take(64, 100, true).len(), 1);
    }

    #[test]
    fn a_full_queue_says_so_or_waits() {
        let queue = Queue::new(2, 1);
        queue.push(job(1).0, false).unwrap();
        queue.push(job(1).0, false).unwrap();
        assert_eq!(queue.push(job(1).0, false), Err(Rejected::Full { capacity: 2 }));
        thread::scope(|scope| {
            let waits = scope.spawn(|| queue.push(job(1).0, true));
            while !waits.is_finished() {
                queue.take(1, 100, false);
            }
            assert_eq!(waits.join().unwrap(), Ok(()));
        });
    }

    #[test]
    fn what_is_cancelled_is_never_taken() {
        let queue = Queue::new(10, 1);
        let (first, _) = job(1);
        let ticket = first.items[0].ticket.clone().unwrap();
        queue.push(first, true).unwrap();
        assert!(ticket.cancel());
        assert!(queue.take(1, 100, false).is_empty());
        let (second, _) = job(1);
        let ticket = second.items[0].ticket.clone().unwrap();
        queue.push(second, true).unwrap();
        let taken = queue.take(1, 100, false);
        assert!(!ticket.cancel(), "somebody has it");
        queue.take_back(taken.into_iter());
        assert!(ticket.cancel(), "it waits once more");
    }

    /// What was cancelled makes room, too.
    #[test]
    fn cancelling_makes_room() {
        let queue = Queue::new(2, 1);
        let (tickets, outcomes): (Vec<_>, Vec<_>) = (0..2)
            .map(|_| {
                let (job, outcome) = job(1);
                let ticket = job.items[0].ticket.clone().unwrap();
                queue.push(job, true).unwrap();
                (ticket, outcome)
            })
            .unzip();
        thread::scope(|scope| {
            let waits = scope.spawn(|| queue.push(job(1).0, true));
            while queue.lock().waiting == 0 {
                thread::yield_now();
            }
            assert!(tickets.iter().all(|ticket| ticket.cancel()));
            // It finds nothing at first, and waits.
            assert_eq!(queue.take(1, 100, true).len(), 1);
            assert_eq!(waits.join().unwrap(), Ok(()));
        });
        assert!(outcomes.iter().all(|o| o.recv().unwrap().1 == Err(TaskError::Stopped)));
    }

    /// Somebody who pauses doesn't take the news of a job from somebody who waits for one.
    #[test]
    fn who_pauses_is_not_told_of_jobs() {
        let queue = Queue::new(2, 2);
        thread::scope(|scope| {
            scope.spawn(|| queue.pause(Duration::from_secs(3_600)));
            let takes = scope.spawn(|| queue.take(1, 100, true).len());
            while queue.lock().idle == 0 {
                thread::yield_now();
            }
            queue.push(job(1).0, true).unwrap();
            assert_eq!(takes.join().unwrap(), 1);
            queue.enter(Stage::Stopping);
        });
    }

    #[test]
    fn a_reply_that_is_dropped_says_so() {
        let (waits, outcome) = job(1);
        drop(waits);
        assert_eq!(outcome.recv().unwrap().1, Err(TaskError::Stopped));
    }

    #[test]
    fn whoever_waits_is_told_when_nobody_is_left() {
        let queue = Queue::new(10, 2);
        let (waits, outcome) = job(1);
        queue.push(waits, true).unwrap();
        queue.leave("no such program");
        assert!(outcome.try_recv().is_err(), "one is left");
        queue.leave("no such program");
        let reason = String::from("no such program");
        assert_eq!(
            outcome.recv().unwrap().1,
            Err(TaskError::NoWorkers { reason: reason.clone() })
        );
        assert_eq!(queue.push(job(1).0, true), Err(Rejected::NoWorkers { reason }));
    }
}
