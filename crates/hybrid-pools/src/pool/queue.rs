//! The queue of a pool, where submitters and keepers meet: the jobs that wait for a worker, and the
//! submitters that wait for room.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::bytes::Bytes;
use super::reply::{Outcome, Reply};
use crate::error::{Rejected, TaskError};

/// How much memory an item takes beside its argument, in bytes: its place in the queue, and where its
/// outcome goes.
const REMEMBERED: usize = 256;

/// How many bytes a number takes in a message at most; and how many a transport adds to each message.
const NUMBER: usize = 10;
const FRAME: usize = 16;

/// Items of one task that a worker gets at once.
pub(crate) struct Job {
    pub(crate) task: &'static str,
    pub(crate) items: VecDeque<Item>,
    /// This is a single item, which may have killed a worker. Nobody knows, so it is run alone.
    pub(crate) suspect: bool,
}

/// One call of a task.
pub(crate) struct Item {
    pub(crate) argument: Bytes,
    /// How often a worker has died while it ran this item.
    pub(crate) attempts: u32,
    /// How often a worker has died that may have run this item: once at most.
    pub(crate) suspicions: u32,
    pub(crate) reply: Reply,
}

impl Item {
    pub(crate) fn new(argument: impl Into<Bytes>, reply: Reply) -> Self {
        Self { argument: argument.into(), attempts: 0, suspicions: 0, reply }
    }

    /// How many bytes the item takes in a message, or a few more.
    pub(crate) fn bytes(&self) -> usize {
        self.argument.len() + NUMBER
    }

    /// How many bytes of our memory the item takes, about.
    fn memory(&self) -> usize {
        self.argument.capacity() + REMEMBERED
    }

    /// Tells the outcome to whoever waits for it.
    pub(crate) fn settle(self, outcome: Outcome) {
        self.reply.settle(outcome);
    }
}

impl Job {
    /// A job of some items of a task, for any worker.
    pub(crate) fn new(task: &'static str, items: impl Into<VecDeque<Item>>) -> Self {
        Self { task, items: items.into(), suspect: false }
    }

    /// Notes that the job's item may have killed a worker.
    pub(crate) fn suspect(&mut self) {
        self.suspect = true;
        self.items.iter_mut().for_each(|item| item.suspicions += 1);
    }

    fn memory(&self) -> usize {
        self.items.iter().map(Item::memory).sum()
    }

    /// How many bytes the job takes on its way to the worker, or a few more, even when it has a message
    /// of its own.
    pub(crate) fn bytes(&self) -> usize {
        self.header() + self.items.iter().map(Item::bytes).sum::<usize>()
    }

    /// How many of these bytes belong to no item.
    pub(crate) fn header(&self) -> usize {
        FRAME + self.task.len() + 3 * NUMBER
    }
}

/// What the pool is still to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Whatever is handed in.
    Open,
    /// What has been handed in, and nothing more.
    Finishing,
    /// Nothing any more.
    Stopping,
}

/// The queue of a pool.
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Notified when there is a job, or the stage has changed.
    work: Condvar,
    /// Notified when the stage has changed. A thread that waits for this must not be told of a job: the
    /// news would be missing where a thread waits for jobs.
    changed: Condvar,
    /// How many jobs may wait, and how many bytes of memory they may take.
    capacity: usize,
    bytes: usize,
}

struct State {
    jobs: VecDeque<Job>,
    /// How many bytes of memory the jobs take.
    bytes: usize,
    stage: Stage,
    /// Keepers that wait for work.
    idle: usize,
    /// Keepers that have, or will have, a worker.
    keepers: usize,
    /// How many jobs were cancelled, about, but are still here.
    cancelled: usize,
    /// Submitters that wait for room, in the order in which they came.
    waiting: VecDeque<Submitter>,
    /// Why there are no keepers any more, if there are none.
    given_up: Option<String>,
}

/// A thread that waits for room.
struct Submitter {
    /// Notified when it is this thread's turn, and there is room.
    turn: Arc<Condvar>,
    /// How many bytes of memory the thread's job takes.
    memory: usize,
}

/// When more than one job in so many was cancelled, all jobs are looked at, to remove the cancelled ones.
const SWEPT: usize = 1_024;

impl Queue {
    pub(crate) fn new(capacity: usize, bytes: usize, keepers: usize) -> Self {
        let state = State {
            jobs: VecDeque::new(),
            bytes: 0,
            stage: Stage::Open,
            idle: 0,
            keepers,
            cancelled: 0,
            waiting: VecDeque::new(),
            given_up: None,
        };
        Self {
            state: Mutex::new(state),
            work: Condvar::new(),
            changed: Condvar::new(),
            capacity,
            bytes,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job. When there is no room, waits for it, or returns an error if it must not `wait`. Whoever
    /// has waited longer goes first, so that no large job waits behind small ones for ever. A job that
    /// would never fit is taken when no other waits. Where the pool has given up, that is also the
    /// outcome of each item.
    pub(crate) fn push(&self, job: Job, wait: bool) -> Result<(), Rejected> {
        let memory = job.memory();
        let mut state = self.lock();
        let mut own: Option<Arc<Condvar>> = None;
        while state.given_up.is_none() {
            let Some(full) = self.full(&state, memory, own.as_ref()) else { break };
            if state.cancelled > 0 {
                let swept = state.sweep();
                self.call_next(&state);
                drop(state);
                drop(swept);
                state = self.lock();
                continue;
            }
            if !wait {
                return Err(full);
            }
            let turn = own.get_or_insert_with(|| {
                let turn = Arc::<Condvar>::default();
                state.waiting.push_back(Submitter { turn: Arc::clone(&turn), memory });
                turn
            });
            state = turn.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(turn) = own {
            state.waiting.retain(|other| !Arc::ptr_eq(&other.turn, &turn));
        }
        if let Some(reason) = &state.given_up {
            let rejected = Rejected::NoWorkers { reason: reason.clone() };
            drop(state);
            for item in job.items {
                item.settle(Err(TaskError::Rejected(rejected.clone())));
            }
            return Err(rejected);
        }
        state.bytes += memory;
        state.jobs.push_back(job);
        let idle = state.idle > 0;
        self.call_next(&state);
        drop(state);
        if idle {
            self.work.notify_one();
        }
        Ok(())
    }

    /// Why there is no room for a job that takes so much `memory`; `None` if there is room. A submitter
    /// that waits already has its place, `own`, and only those before it count.
    fn full(
        &self,
        state: &State,
        memory: usize,
        own: Option<&Arc<Condvar>>,
    ) -> Option<Rejected> {
        let is_own =
            |other: &Submitter| own.is_some_and(|own| Arc::ptr_eq(own, &other.turn));
        let before = state.waiting.iter().take_while(|other| !is_own(other));
        let (mut jobs, mut bytes) = (state.jobs.len(), state.bytes);
        for other in before {
            jobs += 1;
            bytes = bytes.saturating_add(other.memory);
        }
        if jobs >= self.capacity {
            Some(Rejected::Full { capacity: self.capacity })
        } else if jobs > 0 && memory > self.bytes.saturating_sub(bytes) {
            Some(Rejected::Heavy { bytes, most: self.bytes })
        } else {
            None
        }
    }

    /// Wakes the submitter that has waited longest for room, if there is room for its job.
    fn call_next(&self, state: &State) {
        if let Some(Submitter { turn, memory }) = state.waiting.front()
            && self.full(state, *memory, Some(turn)).is_none()
        {
            turn.notify_one();
        }
    }

    /// Notes that a job was cancelled, which makes room. In a long queue, it doesn't make room at once
    /// each time, since all jobs have to be looked at for that.
    pub(crate) fn cancelled(&self) {
        let mut state = self.lock();
        state.cancelled += 1;
        if state.cancelled > state.jobs.len() / SWEPT {
            let swept = state.sweep();
            self.call_next(&state);
            drop(state);
            drop(swept);
        }
    }

    /// Jobs for a worker: at most `most`, and no more than its share of those that wait. More than one
    /// only as long as they have no more than `bytes` together. The list is empty when no jobs wait; if
    /// it may `wait`, only when there will never be any.
    pub(crate) fn take(&self, most: usize, bytes: usize, wait: bool) -> Vec<Job> {
        self.take_within(most, bytes, wait, Duration::MAX)
    }

    /// Like [`Queue::take`], but waits no longer than `patience`, about.
    pub(crate) fn take_within(
        &self,
        most: usize,
        bytes: usize,
        wait: bool,
        patience: Duration,
    ) -> Vec<Job> {
        let mut state = self.lock();
        let mut late = false;
        loop {
            let jobs = state.next(most, bytes, wait);
            // Not as soon as one place is free: a submitter would be woken for every single task.
            if state.jobs.len() <= self.capacity / 2
                && (state.bytes <= self.bytes / 2 || state.jobs.is_empty())
            {
                self.call_next(&state);
            }
            if !jobs.is_empty() || !wait || late || state.stage != Stage::Open {
                return jobs;
            }
            state.idle += 1;
            let woken = self.work.wait_timeout(state, patience);
            let (woken, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
            (state, late) = (woken, timeout.timed_out());
            state.idle -= 1;
        }
    }

    /// Takes back the jobs that a worker had, in the order in which it had them. They are the next ones.
    pub(crate) fn take_back(&self, jobs: impl DoubleEndedIterator<Item = Job>) {
        let mut state = self.lock();
        if state.stage == Stage::Stopping {
            return;
        }
        for job in jobs.rev().filter(|job| !job.items.is_empty()) {
            job.items.iter().for_each(|item| item.reply.wait_again());
            state.bytes += job.memory();
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

    /// How many bytes of memory the waiting jobs take.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
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

    /// Waits so long, or until the pool is stopped.
    pub(crate) fn pause(&self, time: Duration) {
        let state = self.lock();
        let goes_on = |state: &mut State| state.stage != Stage::Stopping;
        drop(self.changed.wait_timeout_while(state, time, goes_on));
    }

    /// Enters another stage. When the pool is stopped, the jobs that wait are dropped.
    pub(crate) fn enter(&self, stage: Stage) {
        let mut state = self.lock();
        state.stage = stage;
        let dropped =
            if stage == Stage::Stopping { state.drop_all() } else { VecDeque::new() };
        drop(state);
        self.work.notify_all();
        self.changed.notify_all();
        drop(dropped);
    }

    /// Notes that a keeper leaves, and why. When it was the last one, nobody will do the jobs that wait,
    /// and whoever waits for them is told the reason.
    pub(crate) fn leave(&self, reason: &str) {
        let mut state = self.lock();
        state.keepers -= 1;
        if state.keepers > 0 {
            drop(state);
            // The share of each of the other keepers has grown.
            self.work.notify_all();
            return;
        }
        state.given_up = Some(reason.into());
        let dropped = state.drop_all();
        state.waiting.iter().for_each(|submitter| submitter.turn.notify_one());
        drop(state);
        for item in dropped.into_iter().flat_map(|job| job.items) {
            item.settle(Err(TaskError::NoWorkers { reason: reason.into() }));
        }
    }
}

impl State {
    /// Removes all jobs. The caller drops or settles them, without holding the lock.
    fn drop_all(&mut self) -> VecDeque<Job> {
        self.bytes = 0;
        std::mem::take(&mut self.jobs)
    }

    /// Removes the jobs that were cancelled. The caller drops their items, without holding the lock.
    fn sweep(&mut self) -> Vec<VecDeque<Item>> {
        self.cancelled = 0;
        let mut swept = Vec::new();
        self.jobs.retain_mut(|job| {
            let cancelled = job.items.iter().all(|item| item.reply.is_cancelled());
            if cancelled {
                self.bytes = self.bytes.saturating_sub(job.memory());
                swept.push(std::mem::take(&mut job.items));
            }
            !cancelled
        });
        swept
    }

    fn next(&mut self, most: usize, bytes: usize, idle: bool) -> Vec<Job> {
        let share = self.jobs.len().div_ceil(self.keepers.max(1));
        let (mut taken, mut sum) = (Vec::new(), 0);
        while taken.len() < most.min(share) {
            let Some(job) = self.jobs.front() else { break };
            let (alone, suspect) = (idle && taken.is_empty(), job.suspect);
            sum += job.bytes();
            if (sum > bytes || suspect) && !alone {
                break;
            }
            let Some(mut job) = self.jobs.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(job.memory());
            job.items.retain(|item| item.reply.begin());
            if !job.items.is_empty() {
                taken.push(job);
                if suspect {
                    break;
                }
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::super::reply::Call;
    use super::*;

    /// More than any test needs.
    const BYTES: usize = 1 << 20;

    fn job(bytes: usize) -> (Job, Arc<Call>) {
        let call = Arc::default();
        let reply = Reply::to_call(&call);
        (Job::new("t", [Item::new(vec![0; bytes], reply)]), call)
    }

    fn outcome(call: &Call) -> Option<Outcome> {
        call.wait(Some(Duration::ZERO))
    }

    #[test]
    fn what_it_takes_to_remember_an_item() {
        // Three pieces of memory beside its argument's, with what the allocator adds to each; the
        // call has two counters.
        let pieces = [size_of::<Job>(), size_of::<Item>(), size_of::<Call>() + 16];
        let all: usize = pieces.iter().map(|piece| piece.next_multiple_of(16) + 16).sum();
        assert!((REMEMBERED - 64..=REMEMBERED + 64).contains(&all), "{all}");
    }

    #[test]
    fn everybody_gets_a_share() {
        let queue = Queue::new(100, BYTES, 2);
        for _ in 0..10 {
            queue.push(job(1).0, true).unwrap();
        }
        assert_eq!(queue.take(64, 1_000, true).len(), 5);
        assert_eq!(queue.take(2, 1_000, true).len(), 2);
        assert_eq!(queue.take(64, 30, true).len(), 1, "more would be more than 30 bytes");
    }

    #[test]
    fn a_large_job_goes_only_to_somebody_idle() {
        let queue = Queue::new(100, BYTES, 1);
        queue.push(job(1_000).0, true).unwrap();
        assert!(queue.take(64, 100, false).is_empty());
        assert_eq!(queue.take(64, 100, true).len(), 1);
    }

    #[test]
    fn a_full_queue_says_so_or_waits() {
        let queue = Queue::new(2, BYTES, 1);
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
    fn heavy_jobs_wait_although_there_are_few() {
        let bytes = 10_000 + 2 * REMEMBERED;
        let queue = Queue::new(100, bytes, 1);
        queue.push(job(5_000).0, false).unwrap();
        queue.push(job(5_000).0, false).unwrap();
        let heavy = Rejected::Heavy { bytes, most: bytes };
        assert_eq!(queue.push(job(0).0, false), Err(heavy));
        thread::scope(|scope| {
            let waits = scope.spawn(|| queue.push(job(9_000).0, true));
            while queue.lock().waiting.is_empty() {
                thread::yield_now();
            }
            // Now the queue is half empty, and the waiting job still doesn't fit.
            assert_eq!(queue.take(1, BYTES, false).len(), 1);
            let state = queue.lock();
            let first = state.waiting.front();
            let room = first
                .and_then(|first| queue.full(&state, first.memory, Some(&first.turn)));
            drop(state);
            assert_eq!(queue.take(1, BYTES, false).len(), 1);
            assert_eq!(waits.join().unwrap(), Ok(()));
            assert_eq!(
                room,
                Some(Rejected::Heavy { bytes: 5_000 + REMEMBERED, most: bytes })
            );
            assert_eq!((queue.len(), queue.bytes()), (1, 9_000 + REMEMBERED));
        });
    }

    #[test]
    fn what_would_never_fit_is_taken_when_no_other_waits() {
        let queue = Queue::new(100, 1, 1);
        queue.push(job(5_000).0, false).unwrap();
        assert!(queue.push(job(0).0, false).is_err());
        let taken = queue.take(1, BYTES, true);
        assert_eq!(queue.bytes(), 0);
        queue.take_back(taken.into_iter());
        assert_eq!(queue.bytes(), 5_000 + REMEMBERED);
    }

    #[test]
    fn a_suspect_goes_alone_to_somebody_idle() {
        let queue = Queue::new(100, BYTES, 1);
        queue.push(job(1).0, true).unwrap();
        queue.push(job(1).0, true).unwrap();
        let (mut suspect, _call) = job(1);
        suspect.suspect();
        queue.take_back([suspect].into_iter());
        assert!(queue.take(64, BYTES, false).is_empty());
        let taken = queue.take(64, BYTES, true);
        assert!(taken.len() == 1 && taken[0].suspect);
        assert_eq!(queue.take(64, BYTES, true).len(), 2);
    }

    #[test]
    fn what_is_cancelled_is_never_taken() {
        let queue = Queue::new(10, BYTES, 1);
        let (first, call) = job(1);
        queue.push(first, true).unwrap();
        assert!(call.cancel());
        assert!(queue.take(1, 100, false).is_empty());
        let (second, call) = job(1);
        queue.push(second, true).unwrap();
        let taken = queue.take(1, 100, false);
        assert!(!call.cancel(), "somebody has it");
        queue.take_back(taken.into_iter());
        assert!(call.cancel(), "it waits once more");
    }

    /// A cancelled job makes room, too, although nobody takes it.
    #[test]
    fn cancelling_makes_room() {
        let queue = Queue::new(2, BYTES, 1);
        let calls = [(); 2].map(|()| {
            let (job, call) = job(1);
            queue.push(job, true).unwrap();
            call
        });
        let cancel = |call: &Call| {
            assert!(call.cancel());
            queue.cancelled();
        };
        thread::scope(|scope| {
            let waits = scope.spawn(|| queue.push(job(1).0, true));
            while queue.lock().waiting.is_empty() {
                thread::yield_now();
            }
            cancel(&calls[0]);
            assert_eq!(waits.join().unwrap(), Ok(()));
        });
        assert!(queue.push(job(1).0, false).is_err());
        cancel(&calls[1]);
        assert_eq!((queue.len(), queue.bytes()), (1, 1 + REMEMBERED));
        assert!(calls.iter().all(|call| outcome(call) == Some(Err(TaskError::Stopped))));
    }

    /// The bytes of a cancelled job make room, too, even if the jobs were not looked at when it was
    /// cancelled.
    #[test]
    fn cancelled_bytes_make_room() {
        let many = 10 * SWEPT;
        let queue = Queue::new(2 * many, many * (REMEMBERED + 1), 1);
        let calls = std::iter::repeat_with(|| {
            let (job, call) = job(1);
            queue.push(job, false).map(|()| call)
        });
        let calls: Vec<_> = calls.map_while(Result::ok).collect();
        assert_eq!(calls.len(), many);
        assert!(calls[7].cancel());
        queue.cancelled();
        assert_eq!(queue.push(job(1).0, false), Ok(()));
        assert!(queue.push(job(1).0, false).is_err());
    }

    /// Small jobs that come later don't take the room of a large one that waits.
    #[test]
    fn whoever_has_waited_longer_goes_first() {
        let queue = Queue::new(100, 10_000, 1);
        queue.push(job(6_000).0, true).unwrap();
        thread::scope(|scope| {
            let large = scope.spawn(|| queue.push(job(7_000).0, true));
            while queue.lock().waiting.is_empty() {
                thread::yield_now();
            }
            let small = scope.spawn(|| queue.push(job(1).0, true));
            // There would be room for the small one, if nobody waited.
            while queue.lock().waiting.len() < 2 && !small.is_finished() {
                thread::yield_now();
            }
            let came_first = small.is_finished();
            let taken = [(); 3].map(|()| {
                let taken = queue.take(1, BYTES, true);
                taken[0].items[0].argument.len()
            });
            assert!(!came_first);
            assert_eq!(taken, [6_000, 7_000, 1]);
            assert_eq!(large.join().unwrap(), Ok(()));
            assert_eq!(small.join().unwrap(), Ok(()));
        });
    }

    /// Nor does a submitter that doesn't want to wait take that room.
    #[test]
    fn those_who_wait_count_for_those_who_do_not() {
        let queue = Queue::new(100, 10_000, 1);
        queue.push(job(6_000).0, true).unwrap();
        thread::scope(|scope| {
            let large = scope.spawn(|| queue.push(job(7_000).0, true));
            while queue.lock().waiting.is_empty() {
                thread::yield_now();
            }
            let rejected = queue.push(job(1).0, false);
            assert_eq!(queue.take(1, BYTES, true).len(), 1);
            assert_eq!(large.join().unwrap(), Ok(()));
            let bytes = 6_000 + 7_000 + 2 * REMEMBERED;
            assert_eq!(rejected, Err(Rejected::Heavy { bytes, most: 10_000 }));
        });
    }

    /// A thread that pauses doesn't take the news of a job from a thread that waits for one.
    #[test]
    fn who_pauses_is_not_told_of_jobs() {
        let queue = Queue::new(2, BYTES, 2);
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
    fn whoever_waits_is_told_when_nobody_is_left() {
        let queue = Queue::new(10, BYTES, 2);
        let (waits, call) = job(1);
        queue.push(waits, true).unwrap();
        queue.leave("no such program");
        assert_eq!(outcome(&call), None, "one is left");
        queue.leave("no such program");
        let reason = String::from("no such program");
        let told = Err(TaskError::NoWorkers { reason: reason.clone() });
        assert_eq!(outcome(&call), Some(told));
        assert_eq!(queue.push(job(1).0, true), Err(Rejected::NoWorkers { reason }));
    }

    /// Each item of a map has one outcome, neither two nor none.
    #[test]
    fn a_map_is_told_once_of_what_nobody_will_do() {
        let queue = Queue::new(10, BYTES, 1);
        queue.leave("no such program");
        let (map, outcomes) = channel();
        let map = Arc::new(map);
        let items =
            (0..3).map(|number| Item::new(Vec::new(), Reply::to_map(&map, number)));
        let reason = String::from("no such program");
        let rejected = Rejected::NoWorkers { reason };
        let job = Job::new("t", items.collect::<VecDeque<_>>());
        assert_eq!(queue.push(job, true), Err(rejected.clone()));
        drop(map);
        let told = |number| (number, Err(TaskError::Rejected(rejected.clone())));
        let all: Vec<_> = outcomes.iter().flatten().collect();
        assert_eq!(all, [told(0), told(1), told(2)]);
    }
}
