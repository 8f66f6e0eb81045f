//! The keeper of a worker: a thread that starts it, gives it jobs, hands its results on; and when it
//! dies, gives what it had back to the others, and starts another one.

use std::collections::VecDeque;
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

/// How many jobs that is at most.
const MOST_JOBS: usize = 64;

/// How many bytes wait for a worker at most, beside a single job: so many that a transport takes them
/// at once. Otherwise the keeper could wait for a worker that waits for the keeper to take a result.
const MOST_BYTES: usize = 32 * 1024;

/// How often in a row a worker may fail to start, or die before it has done anything.
const MOST_FAILURES: u32 = 4;

/// How long to wait before the second try; twice as long each time after that.
const PAUSE: Duration = Duration::from_millis(10);

/// Keeps a worker until the pool ends. Says once whether the first one has started.
pub(crate) fn keep(
    shared: &Shared,
    number: usize,
    started: &Sender<Result<(), StartError>>,
) {
    let mut failures = 0;
    let mut first = Some(started);
    while shared.queue.is_wanted() {
        let reason = match Child::start(&shared.options) {
            Err(error) => match first {
                // Whoever makes the pool is told.
                Some(started) => {
                    let _ = started.send(Err(error));
                    return;
                }
                None => error.to_string(),
            },
            Ok(child) => {
                let mut keeper = Keeper::new(shared, number, child);
                if let Some(started) = first.take() {
                    let _ = started.send(Ok(()));
                }
                let end = keeper.tend();
                match keeper.part(end) {
                    Some(reason) => reason,
                    None => {
                        failures = 0;
                        continue;
                    }
                }
            }
        };
        failures += 1;
        if failures == MOST_FAILURES {
            return shared.queue.give_up(&reason);
        }
        shared.queue.pause(PAUSE * 2_u32.pow(failures));
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
    /// How many items it has done.
    done: u64,
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
            done: 0,
            jobs: 0,
            message: Vec::new(),
        }
    }

    fn options(&self) -> &'p Options {
        &self.shared.options
    }

    /// Gives it jobs and takes results, as long as there are any.
    fn tend(&mut self) -> End {
        loop {
            let retires =
                self.options().recycle_after.is_some_and(|most| self.done >= most);
            if !retires && self.give().is_err() {
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

    /// Gives it as many jobs as it should have. Waits for some when it has none.
    fn give(&mut self) -> Result<(), ()> {
        let idle = self.in_flight.is_empty();
        let lead = LEAD.as_nanos() / self.mean.as_nanos().max(1);
        let most = (lead as usize).clamp(1, MOST_JOBS);
        // Not for each: one message for many costs as much as for one.
        if self.in_flight.len() > most / 2 {
            return Ok(());
        }
        let room = most - self.in_flight.len();
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
        self.child.connection.send(&self.message).map_err(drop)
    }

    /// The worker begins with the first of its jobs.
    fn begin(&mut self) {
        self.since = Instant::now();
        if let Some(deadline) = self.options().deadline {
            let first = self.in_flight.front();
            let due = first.and_then(|job| {
                let time = deadline.checked_mul(job.items.len() as u32)?;
                Some((self.since.checked_add(time)?, self.child.leash.clone()))
            });
            self.shared.watch.expect(self.number, due);
        }
    }

    /// Waits for results, and hands them on.
    fn receive(&mut self) -> Result<(), ()> {
        let Self { child, in_flight, .. } = self;
        let mut results = child.connection.receive().map_err(drop)?;
        let mut jobs = 0_u32;
        while !results.is_empty() {
            let result = take_result(&mut results).map_err(|_: Garbled| ())?;
            // A result that nobody has asked for is nonsense.
            let job = in_flight.front_mut().ok_or(())?;
            let item = job.items.pop_front().ok_or(())?;
            self.bytes = self.bytes.saturating_sub(item.argument.len() + 16);
            if job.items.is_empty() {
                in_flight.pop_front();
                jobs += 1;
            }
            self.done += 1;
            self.shared.count(&result);
            item.settle(result.map_err(|failed| match failed {
                Failed::Panicked(message) => TaskError::Panicked { message },
                Failed::Unfit(reason) => TaskError::Unfit { reason },
            }));
        }
        if jobs > 0 {
            self.jobs += u64::from(jobs);
            let each = self.since.elapsed() / jobs;
            self.mean = (self.mean * 7 + each) / 8;
            self.begin();
        }
        Ok(())
    }

    /// Leaves the worker, or what is left of it. Returns how it ended, if it did so before it did
    /// anything, and no task is to blame.
    fn part(self, end: End) -> Option<String> {
        let Self { shared, number, child, mut in_flight, done, jobs, .. } = self;
        shared.leave(number);
        if end != End::Lost {
            child.dismiss();
            return None;
        }
        let ended = child.bury();
        if ended.killed == Some(Killed::Stopped) {
            shared.queue.take_back(in_flight.into_iter());
            return None;
        }
        shared.restarts.fetch_add(1, Relaxed);
        // Only the first one can be to blame, if the worker has begun it. When it has several items,
        // nobody knows which: each goes its own way from now on.
        let first = if ended.begun > jobs { in_flight.pop_front() } else { None };
        let blamed = first.map(|job| {
            let Job { task, mut items } = job;
            if let [item] = items.make_contiguous() {
                item.attempts += 1;
            }
            items.into_iter().map(move |item| (task, item))
        });
        let innocent = blamed.is_none() && done == 0;
        let mut again = VecDeque::new();
        for (task, item) in blamed.into_iter().flatten() {
            if item.attempts >= shared.options.attempts {
                shared.failed.fetch_add(1, Relaxed);
                let error = error(&ended, &item, &shared.options);
                item.settle(Err(error));
            } else {
                again.push_back(Job { task, items: VecDeque::from([item]) });
            }
        }
        again.extend(in_flight);
        shared.queue.take_back(again.into_iter());
        innocent.then(|| match ended.status {
            Some(status) => format!("a worker ended before it did anything: {status}"),
            None => "a worker ended before it did anything".into(),
        })
    }
}

/// What is known of a task whose worker has died.
fn error(ended: &Ended, item: &Item, options: &Options) -> TaskError {
    let (attempts, stderr) = (item.attempts, ended.stderr.clone());
    match (ended.killed, options.deadline, ended.status) {
        (Some(Killed::Late), Some(deadline), _) => {
            TaskError::Late { deadline, attempts, stderr }
        }
        (_, _, Some(how)) => TaskError::Died { how, attempts, stderr },
        (_, _, None) => {
            TaskError::Unfit { reason: "nobody knows how its worker ended".into() }
        }
    }
}
