//! The keeper of a worker: a thread that starts it, gives it jobs, hands its results on; and when it
//! dies, gives what it had back to the others, and starts another one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::child::{Child, Ended, Killed};
use super::queue::{Item, Job};
use super::{Options, Shared};
use crate::error::{StartError, TaskError};
use crate::message::{Garbled, Order, put, put_bytes, take_result};
use crate::task::Failed;

/// How much work a worker is given in advance: so much that it has something to do while a message
/// travels, and so little that the others get their share.
const LEAD: Duration = Duration::from_micros(500);

/// How many jobs that is at most: should the first one take unexpectedly long, the others wait behind it.
const MOST_JOBS: usize = 16;

/// How many bytes wait for a worker at most, beside a single job: so many that every transport takes
/// them at once. Otherwise the keeper could wait for a worker that waits for the keeper to take a result.
const MOST_BYTES: usize = 4 * 1024;

/// How long to wait before a second try to start a worker; twice as long each time after that, up to the
/// longest.
const PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Keeps a worker until the pool ends. Says once whether the first one has started.
pub(crate) fn keep(
    shared: &Shared,
    number: usize,
    started: Sender<Result<(), StartError>>,
) {
    let mut leaves = Leaves { shared, reason: "the pool is finished".into() };
    let mut first = Some(started);
    let (mut failing_since, mut pause) = (None, PAUSE);
    while shared.queue.is_wanted() {
        let failed = match Child::start(&shared.options) {
            Ok(child) => {
                let mut keeper = Keeper::new(shared, number, child);
                if let Some(started) = first.take() {
                    let _ = started.send(Ok(()));
                }
                let end = keeper.tend();
                keeper.part(end)
            }
            Err(error) => match first.take() {
                // Whoever makes the pool is told.
                Some(started) => {
                    let _ = started.send(Err(error));
                    return;
                }
                None => Err(error.to_string()),
            },
        };
        match failed {
            Ok(()) => (failing_since, pause) = (None, PAUSE),
            Err(reason) => {
                let since = *failing_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= shared.options.patience {
                    leaves.reason = reason;
                    return;
                }
                shared.queue.pause(pause);
                pause = (2 * pause).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Says that a keeper leaves, however it does: even when it panics.
struct Leaves<'p> {
    shared: &'p Shared,
    reason: String,
}

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.shared.queue.leave(&self.reason);
    }
}

/// Why a keeper leaves its worker.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// There is nothing more to do.
    Finished,
    /// It has done as much as one worker should.
    Retired,
    /// It is gone, or talks nonsense.
    Lost,
}

struct Keeper<'p> {
    shared: &'p Shared,
    number: usize,
    child: Child,
    /// What the worker has, in the order in which it has it. It is at the first one.
    in_flight: VecDeque<Job>,
    /// The bytes of that.
    bytes: usize,
    /// When it began with the first one, about.
    since: Instant,
    /// How long a job takes, about.
    mean: Duration,
    /// How many jobs it has done.
    jobs: u64,
    message: Vec<u8>,
}

impl<'p> Keeper<'p> {
    fn new(shared: &'p Shared, number: usize, child: Child) -> Self {
        shared.join(number, &child);
        Self {
            shared,
            number,
            child,
            in_flight: VecDeque::new(),
            bytes: 0,
            since: Instant::now(),
            // Nothing in advance until it is known.
            mean: LEAD,
            jobs: 0,
            message: Vec::new(),
        }
    }

    fn options(&self) -> &'p Options {
        &self.shared.options
    }

    /// Gives it jobs and takes results, as long as there are any.
    // ANCHOR: tend
    fn tend(&mut self) -> End {
        loop {
            let retires = self.left() == 0;
            if !retires && self.give().is_err() {
                // What it had done by then is still to be read.
                while self.receive().is_ok() {}
                return End::Lost;
            }
            if self.in_flight.is_empty() {
                return if retires { End::Retired } else { End::Finished };
            }
            if self.receive().is_err() {
                return End::Lost;
            }
        }
    }
    // ANCHOR_END: tend

    /// How many more jobs it may get before another one takes its place.
    fn left(&self) -> usize {
        self.options().recycle_after.map_or(usize::MAX, |most| {
            let had = self.jobs + self.in_flight.len() as u64;
            usize::try_from(most.saturating_sub(had)).unwrap_or(usize::MAX)
        })
    }

    /// Gives it as many jobs as it should have. Waits for some when it has none.
    fn give(&mut self) -> Result<(), ()> {
        let idle = self.in_flight.is_empty();
        let lead = LEAD.as_nanos() / self.mean.as_nanos().max(1);
        let most = (lead as usize).clamp(1, MOST_JOBS);
        // Not for each: one message for many costs as much as for one.
        if self.in_flight.len() > most / 2 {
            return Ok(());
        }
        let room = self.left().min(most - self.in_flight.len());
        let bytes = MOST_BYTES.saturating_sub(self.bytes);
        let jobs = self.shared.queue.take(room, bytes, idle);
        if jobs.is_empty() {
            return Ok(());
        }
        self.message.clear();
        for job in &jobs {
            let order = Order { task: job.task, items: job.items.len() };
            put(&order, &mut self.message);
            for item in &job.items {
                put_bytes(&item.argument, &mut self.message);
            }
            self.bytes += job.bytes();
        }
        self.in_flight.extend(jobs);
        if idle {
            self.begin();
        }
        self.child.connection.send(&self.message).map_err(drop)?;
        if self.message.len() > MOST_BYTES {
            // As large as the largest argument so far, it would stay so.
            self.message = Vec::new();
        }
        Ok(())
    }

    /// The worker begins with the first of its jobs.
    fn begin(&mut self) {
        self.since = Instant::now();
        if let Some(deadline) = self.options().deadline {
            let first = self.in_flight.front();
            let due = first.and_then(|job| {
                let time = deadline.checked_mul(job.items.len() as u32)?;
                let due = self.since.checked_add(time)?;
                Some((due, Arc::clone(&self.child.leash), self.jobs))
            });
            self.shared.watch.expect(self.number, due);
        }
    }

    /// Waits for results, and hands them on.
    fn receive(&mut self) -> Result<(), ()> {
        let Self { child, in_flight, jobs, .. } = self;
        let mut results = child.connection.receive().map_err(drop)?;
        let before = *jobs;
        while !results.is_empty() {
            let result = take_result(&mut results).map_err(|_: Garbled| ())?;
            // A result that nobody has asked for is nonsense.
            let job = in_flight.front_mut().ok_or(())?;
            let item = job.items.pop_front().ok_or(())?;
            self.bytes = self.bytes.saturating_sub(item.bytes());
            if job.items.is_empty() {
                in_flight.pop_front();
                *jobs += 1;
            }
            self.shared.count(&result);
            item.settle(result.map_err(|failed| match failed {
                Failed::Panicked(message) => TaskError::Panicked { message },
                Failed::Unfit(reason) => TaskError::Unfit { reason },
            }));
        }
        let done = self.jobs - before;
        if done > 0 {
            let each = self.since.elapsed() / done as u32;
            self.mean = (self.mean * 7 + each) / 8;
            self.begin();
        }
        Ok(())
    }

    /// Leaves the worker, or what is left of it.
    ///
    /// # Errors
    ///
    /// How it ended, if it did so before it did anything and no job is to blame.
    fn part(self, end: End) -> Result<(), String> {
        let Self { shared, number, child, mut in_flight, jobs, .. } = self;
        shared.leave(number);
        if end != End::Lost {
            child.dismiss();
            return Ok(());
        }
        let ended = child.bury();
        if ended.killed == Some(Killed::Stopped) {
            return Ok(());
        }
        shared.restarts.fetch_add(1, Relaxed);
        // Which one is to blame: the one that was late, or the last one that the worker has begun, if
        // it has not finished it. When that one has several items, nobody knows which: each goes its
        // own way from now on.
        let blamed = match ended.killed {
            Some(Killed::Late(job)) => job.checked_sub(jobs),
            _ => ended.begun.checked_sub(jobs + 1),
        };
        let blamed = blamed.and_then(|at| in_flight.remove(usize::try_from(at).ok()?));
        let innocent = blamed.is_none() && jobs == 0;
        let blamed = blamed.map(|job| {
            let Job { task, mut items } = job;
            if let [item] = items.make_contiguous() {
                item.attempts += 1;
            }
            items.into_iter().map(move |item| (task, item))
        });
        let mut again = VecDeque::new();
        for (task, item) in blamed.into_iter().flatten() {
            if item.attempts >= shared.options.attempts {
                shared.failed.fetch_add(1, Relaxed);
                let error = error(&ended, &item, &shared.options);
                item.settle(Err(error));
            } else {
                again.push_back(Job::new(task, [item]));
            }
        }
        again.extend(in_flight);
        shared.queue.take_back(again.into_iter());
        match (innocent, ended.status) {
            (false, _) => Ok(()),
            (_, Some(status)) => {
                Err(format!("a worker ended before it did anything: {status}"))
            }
            (_, None) => Err("a worker ended before it did anything".into()),
        }
    }
}

/// What is known of a task whose worker has died.
fn error(ended: &Ended, item: &Item, options: &Options) -> TaskError {
    let (attempts, stderr) = (item.attempts, ended.stderr.clone());
    match (ended.killed, options.deadline, ended.status) {
        (Some(Killed::Late(_)), Some(deadline), _) => {
            TaskError::Late { deadline, attempts, stderr }
        }
        (_, _, Some(how)) => TaskError::Died { how, attempts, stderr },
        (_, _, None) => {
            TaskError::Unfit { reason: "nobody knows how its worker ended".into() }
        }
    }
}
