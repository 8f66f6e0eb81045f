//! The keeper of a worker: a thread that starts it, gives it jobs, hands its results on; and when it
//! dies, gives what it had back to the others, and starts another one.

use std::collections::VecDeque;
use std::iter;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use ipc::Problem;
use ipc::frame::KEPT;
use nix::sys::signal::{SigSet, Signal};

use super::blame::{Blame, Death};
use super::bytes::Bytes;
use super::child::{Child, Ended, Killed};
use super::options::Options;
use super::queue::{Item, Job};
use super::reply::Batch;
use super::shared::Shared;
use crate::error::{StartError, TaskError};
use crate::message::{Came, Garbled, Order, Put, QUESTION, put, put_bytes, take_result};
use crate::task::{Failed, said};
use crate::tray::FROM;

/// How much work a worker is given in advance: so much that it has something to do while a message
/// travels, and so little that the others get their share.
const LEAD: Duration = Duration::from_micros(500);

/// How many jobs that is at most: should the first one take unexpectedly long, the others wait behind it.
const MOST_JOBS: usize = 16;

/// How many bytes wait for a worker at most, beside a single job: so many that every transport takes
/// them at once, even a pipe of two pages, which is all that a user gets who has many. Otherwise the keeper could wait for a worker that waits for the keeper to take a result.
const MOST_BYTES: usize = 4 * 1024;

/// How long to wait before a second try to start a worker; twice as long each time after that, up to the
/// longest. One that lived longer than that, and died, did start.
const PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long trays, and the stock of buffers, keep their memory when there is nothing to do, and for how
/// many messages that don't need them.
const KEPT_FOR: Duration = Duration::from_secs(1);
const KEPT_UNUSED: u32 = 100;

/// How long a worker may take to say that it lives.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps a worker until the pool ends. Says once whether the first one has started.
pub(crate) fn keep(
    shared: &Shared,
    number: usize,
    started: Sender<Result<(), StartError>>,
) {
    // A pipe that nobody reads any more is an error here, even in a program that is to end of that
    // elsewhere. What is started from here has its own mask.
    let _ = SigSet::from(Signal::SIGPIPE).thread_block();
    let mut leaves = Leaves { shared, reason: "the pool is finished".into() };
    let mut first = Some(started);
    let (mut failing_since, mut pause) = (None, PAUSE);
    while shared.queue.is_wanted() {
        let failed = match Child::start(&shared.options) {
            Ok(child) => {
                let keeper = Keeper::new(shared, number, child);
                if let Some(started) = first.take() {
                    let _ = started.send(Ok(()));
                }
                keeper.see_out(Keeper::tend)
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
        if thread::panicking() {
            self.reason = panicked("it has said why on stderr");
        }
        self.shared.queue.leave(&self.reason);
    }
}

/// What is said of a thread of ours that panics.
fn panicked(why: &str) -> String {
    format!("a thread of the pool panicked: {why}")
}

/// Why a keeper leaves its worker.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// There is nothing more to do.
    Finished,
    /// It has done as much as one worker should.
    Retired,
    /// It is gone, or has closed its connection.
    Lost,
    /// It talks nonsense.
    Nonsense,
    /// It lives, and we can't send it what it should have.
    Unsent,
}

impl From<ipc::Error> for End {
    fn from(error: ipc::Error) -> Self {
        match error.problem {
            Problem::TooLong { .. } | Problem::Garbage(_) => Self::Nonsense,
            _ => Self::Lost,
        }
    }
}

impl From<Garbled> for End {
    fn from(_: Garbled) -> Self {
        Self::Nonsense
    }
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
    /// How many items have a result.
    answered: u64,
    /// The last one had a result that was worth a tray.
    large: bool,
    /// How many bytes of the tray it may take for a result of what it has.
    room: usize,
    /// How many messages in a row have needed no tray.
    unused: u32,
    /// It has a suspect, and has answered before that came.
    vouched: bool,
    started: Instant,
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
            answered: 0,
            large: false,
            room: 0,
            unused: 0,
            vouched: false,
            started: Instant::now(),
            message: Vec::new(),
        }
    }

    fn options(&self) -> &'p Options {
        &self.shared.options
    }

    /// Tends the worker as long as there is something to do, and leaves it. When `tend` panics,
    /// whoever waits for what the worker had is told so. Nobody gets that instead, who might panic
    /// as well.
    ///
    /// # Errors
    ///
    /// As [`Keeper::part`], and when `tend` panics.
    fn see_out(mut self, tend: impl FnOnce(&mut Self) -> End) -> Result<(), String> {
        match panic::catch_unwind(AssertUnwindSafe(|| tend(&mut self))) {
            Ok(end) => self.part(end),
            Err(panic) => {
                let Self { shared, number, child, in_flight, .. } = self;
                let reason = panicked(&said(&*panic));
                shared.leave(number);
                child.bury(true);
                shared.restarts.fetch_add(1, Relaxed);
                for item in in_flight.into_iter().flat_map(|job| job.items) {
                    shared.failed.fetch_add(1, Relaxed);
                    item.settle(Err(TaskError::Unfit { reason: reason.clone() }));
                }
                Err(reason)
            }
        }
    }

    /// Gives it jobs and takes results, as long as there are any.
    // ANCHOR: tend
    fn tend(&mut self) -> End {
        loop {
            let retires = self.left() == 0;
            if !retires && let Err(end) = self.give() {
                // What it had done by then is still to be read.
                while end == End::Lost && self.receive().is_ok() {}
                return end;
            }
            if self.in_flight.is_empty() {
                return if retires { End::Retired } else { End::Finished };
            }
            if let Err(end) = self.receive() {
                return end;
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
    fn give(&mut self) -> Result<(), End> {
        if self.in_flight.front().is_some_and(|job| job.suspect) {
            return Ok(());
        }
        let idle = self.in_flight.is_empty();
        let lead = LEAD.as_nanos() / self.mean.as_nanos().max(1);
        // The tray has room for one result.
        let most = if self.large { 1 } else { (lead as usize).clamp(1, MOST_JOBS) };
        // Not for each: one message for many costs as much as for one. And trays are only cleared away
        // when nothing can be in them.
        if self.in_flight.len() > most / 2 || !idle && self.has_unused_trays() {
            return Ok(());
        }
        let room = self.left().min(most - self.in_flight.len());
        let bytes = MOST_BYTES.saturating_sub(self.bytes);
        let jobs = self.take(room, bytes, idle);
        if jobs.is_empty() {
            return Ok(());
        }
        if idle && self.child.leash.has_ended() {
            // They have never seen it.
            self.shared.queue.take_back(jobs.into_iter());
            return Err(End::Lost);
        }
        let (suspect, announced) = match &jobs[..] {
            [job] => (job.suspect, job.items.len() == 1 && job.bytes() > MOST_BYTES),
            _ => (false, false),
        };
        self.bytes += jobs.iter().map(Job::bytes).sum::<usize>();
        let given = jobs.len();
        self.in_flight.extend(jobs);
        self.vouched = suspect;
        if suspect && let Err(end) = self.ask() {
            self.vouched = false;
            return Err(end);
        }
        if idle {
            self.begin();
        }
        if announced && let Err(error) = self.child.connection.send(&[]) {
            return Err(self.in_vain(idle, error));
        }
        self.write(given, idle);
        if let Err(error) = self.child.connection.send(&self.message) {
            if matches!(error.problem, Problem::Io(_)) && !self.child.leash.has_ended() {
                return Err(self.unsent(given, &error));
            }
            // So few bytes come all at once, or not at all.
            let nothing = self.message.len() <= MOST_BYTES;
            return Err(if nothing { self.in_vain(idle, error) } else { error.into() });
        }
        if self.message.len() > MOST_BYTES {
            // As large as the largest argument so far, it would stay so.
            self.message = Vec::new();
        }
        Ok(())
    }

    /// Takes jobs from the queue. While it waits for some, nobody needs to keep much memory long.
    fn take(&mut self, most: usize, bytes: usize, idle: bool) -> Vec<Job> {
        let Shared { queue, stock, .. } = self.shared;
        if idle && (self.child.trays.have_room() || !stock.is_empty()) {
            if !self.has_unused_trays() {
                let jobs = queue.take_within(most, bytes, idle, KEPT_FOR);
                if !jobs.is_empty() {
                    return jobs;
                }
            }
            self.child.trays.give_back();
            stock.clear();
        }
        queue.take(most, bytes, idle)
    }

    /// Whether the trays keep memory for nothing.
    fn has_unused_trays(&self) -> bool {
        self.unused > KEPT_UNUSED && self.child.trays.have_room()
    }

    /// Writes a message that gives the worker the last jobs that it has: so many, and if it is `idle`,
    /// it has no others. What is large goes into the tray.
    fn write(&mut self, given: usize, idle: bool) {
        let Self { in_flight, child: Child { trays, .. }, message, .. } = self;
        if idle {
            // Of what was there, everything was taken.
            self.room = trays.to_pool.room();
        }
        let jobs = in_flight.range(in_flight.len() - given..);
        let room = if idle { self.room } else { 0 };
        let rooms = iter::once(room).chain(iter::repeat(0));
        let jobs = jobs.zip(rooms);
        message.clear();
        let length = jobs.clone().map(|(job, _)| job.bytes()).sum();
        self.unused = if length >= FROM { 0 } else { self.unused.saturating_add(1) };
        if idle
            && length >= FROM
            && trays.to_worker.make_room(length)
            && let Ok(tray) = trays.to_worker.bytes(length)
        {
            let mut free = tray;
            jobs.for_each(|(job, room)| write(job, room, &mut free));
            let length = length - free.len();
            put(&Order::LookThere { length }, message);
        } else {
            jobs.for_each(|(job, room)| write(job, room, message));
        }
    }

    /// It has gone, and nothing has come to it of the jobs that it was given last. If it was `idle`
    /// before, it has none; unless it was killed because the first of them took too long.
    fn in_vain(&mut self, idle: bool, error: ipc::Error) -> End {
        if idle && !self.child.leash.is_killed() {
            self.bytes = 0;
            self.shared.queue.take_back(self.in_flight.drain(..));
        }
        error.into()
    }

    /// Why the jobs that it was given last can't be sent is no matter of the worker's: the system
    /// lacks something, or has a limit. Whoever waits for them is told so.
    fn unsent(&mut self, given: usize, error: &ipc::Error) -> End {
        let reason = format!("it could not be sent to a worker: {error}");
        let kept = self.in_flight.len() - given;
        for item in self.in_flight.drain(kept..).flat_map(|job| job.items) {
            self.shared.failed.fetch_add(1, Relaxed);
            item.settle(Err(TaskError::Unfit { reason: reason.clone() }));
        }
        End::Unsent
    }

    /// Asks whether it lives, and waits for the answer. It has a time of its own for that, which is
    /// no task's.
    fn ask(&mut self) -> Result<(), End> {
        let due = Instant::now() + PATIENCE;
        let leash = Arc::clone(&self.child.leash);
        self.shared.watch.expect(self.number, Some((due, leash, self.jobs)));
        let mut question = Vec::new();
        put(&QUESTION, &mut question);
        self.child.connection.send(&question)?;
        let answer = self.child.connection.receive()?;
        self.shared.watch.expect(self.number, None);
        if answer.is_empty() { Ok(()) } else { Err(End::Nonsense) }
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
    fn receive(&mut self) -> Result<(), End> {
        let Self { child, in_flight, jobs, .. } = self;
        let mut results = child.connection.receive()?;
        let (before, large) = (*jobs, results.len() > KEPT);
        let (mut longest, mut done, mut failed) = (0, 0, 0);
        let mut batch = Batch::default();
        while !results.is_empty() {
            let came = take_result(&mut results)?;
            // A result that nobody has asked for is nonsense.
            let job = in_flight.front_mut().ok_or(End::Nonsense)?;
            if matches!(came, Came::LiesThere(length) if length > self.room) {
                return Err(End::Nonsense);
            }
            let mut item = job.items.pop_front().ok_or(End::Nonsense)?;
            let bytes = item.bytes();
            // Nobody needs its argument any more.
            self.shared.stock.put(mem::take(&mut item.argument));
            let result = match came {
                Came::Bytes(bytes) => {
                    longest = longest.max(bytes.len());
                    Ok(Bytes::of(bytes))
                }
                Came::LiesThere(length) => {
                    self.room = 0;
                    longest = longest.max(length);
                    let mut result = self.shared.stock.take(length);
                    child.trays.to_pool.take(length, &mut result);
                    Ok(Bytes::from(result))
                }
                Came::Failed(failed) => Err(failed),
            };
            self.answered += 1;
            self.bytes = self.bytes.saturating_sub(bytes);
            if job.items.is_empty() {
                self.bytes = self.bytes.saturating_sub(job.header());
                in_flight.pop_front();
                *jobs += 1;
            }
            *(if result.is_ok() { &mut done } else { &mut failed }) += 1;
            let outcome = result.map_err(|failed| match failed {
                Failed::Panicked(message) => TaskError::Panicked { message },
                Failed::Unfit(reason) => TaskError::Unfit { reason },
            });
            // Whoever waits may ask at once.
            if item.reply.is_told_at_once() {
                self.shared.count(mem::take(&mut done), mem::take(&mut failed));
            }
            batch.settle(item.reply, outcome);
        }
        self.shared.count(done, failed);
        drop(batch);
        let done = self.jobs - before;
        self.large = longest >= FROM;
        if self.large {
            self.unused = 0;
        }
        if self.large && longest > child.trays.to_pool.room() {
            // The next one may be a little longer. Where there is no room, all goes as it did.
            child.trays.to_pool.make_room(longest + longest / 8);
        }
        if done > 0 {
            let each = self.since.elapsed() / done as u32;
            self.mean = (self.mean * 7 + each) / 8;
            self.begin();
        }
        if large && self.in_flight.is_empty() {
            // With the next message, the connection forgets this one; and nobody knows when there
            // will be one.
            self.ask()?;
        }
        Ok(())
    }

    /// Leaves the worker, or what is left of it.
    ///
    /// # Errors
    ///
    /// How it ended, if it did so as soon as it had started, and before it began with anything.
    fn part(self, end: End) -> Result<(), String> {
        let Self { shared, number, child, mut in_flight, .. } = self;
        shared.leave(number);
        if matches!(end, End::Finished | End::Retired) {
            child.dismiss();
            return Ok(());
        }
        let lived = self.started.elapsed();
        let ended = child.bury(matches!(end, End::Nonsense | End::Unsent));
        if ended.killed == Some(Killed::Stopped) {
            return Ok(());
        }
        shared.restarts.fetch_add(1, Relaxed);
        if end == End::Unsent {
            // What it had before is nobody's fault.
            shared.queue.take_back(in_flight.into_iter());
            return Ok(());
        }
        let first = in_flight.pop_front();
        let blame = match (&first, ended.killed) {
            (None, _) => Blame::Nobody,
            // The one that was late is done; this one had the misfortune to be next.
            (_, Some(Killed::Late(job))) if job != self.jobs => Blame::Nobody,
            (Some(job), killed) => Death {
                noted: ended.noted,
                answered: self.answered,
                items: job.items.len(),
                late: matches!(killed, Some(Killed::Late(_))),
                suspect: job.suspect.then_some(self.vouched),
            }
            .blame(),
        };
        let again = first.into_iter().flat_map(|job| again(job, blame, &ended, shared));
        let again: Vec<_> = again.collect();
        shared.queue.take_back(again.into_iter().chain(in_flight));
        let begun = !matches!(blame, Blame::Nobody | Blame::Suspects);
        let excused = begun || self.answered > 0 || lived > LONGEST_PAUSE;
        match (excused, ended.status) {
            (true, _) => Ok(()),
            (_, Some(status)) => {
                Err(format!("a worker ended before it did anything: {status}"))
            }
            (_, None) => Err("a worker ended before it did anything".into()),
        }
    }
}

/// Writes what gives a worker this job.
fn write(job: &Job, room: usize, to: &mut impl Put) {
    put(&Order::Run { task: job.task, items: job.items.len(), room }, to);
    for item in &job.items {
        put_bytes(&item.argument, to);
    }
}

/// What is to be done again of the first job of a worker that has died. Who has had as many attempts as
/// the pool allows is told so.
fn again(job: Job, blame: Blame, ended: &Ended, shared: &Shared) -> Vec<Job> {
    let Job { task, items, suspect } = job;
    let alone = |item| Job::new(task, [item]);
    match blame {
        Blame::Nobody => vec![Job { task, items, suspect }],
        Blame::Together => items.into_iter().map(alone).collect(),
        Blame::TheOne => {
            let again = items.into_iter().filter_map(|item| charge(item, ended, shared));
            again.map(|item| Job { suspect, ..alone(item) }).collect()
        }
        Blame::Suspect(at) => {
            let mut jobs: Vec<_> = items.into_iter().map(alone).collect();
            jobs[at].suspect();
            jobs
        }
        Blame::Suspects => {
            let mut jobs: Vec<_> = items.into_iter().map(alone).collect();
            jobs.iter_mut().for_each(Job::suspect);
            jobs
        }
    }
}

/// Counts an attempt, and what it was suspected of before; returns the item if there may be another
/// one.
fn charge(mut item: Item, ended: &Ended, shared: &Shared) -> Option<Item> {
    item.attempts += 1 + std::mem::take(&mut item.suspicions);
    if item.attempts < shared.options.attempts {
        return Some(item);
    }
    shared.failed.fetch_add(1, Relaxed);
    let error = error(ended, &item, &shared.options);
    item.settle(Err(error));
    None
}

/// What is known of a task whose worker has died.
fn error(ended: &Ended, item: &Item, options: &Options) -> TaskError {
    let (attempts, stderr) = (item.attempts, ended.stderr.clone());
    match (ended.killed, options.deadline, ended.status) {
        (Some(Killed::Late(_)), Some(deadline), _) => {
            TaskError::Late { deadline, attempts, stderr }
        }
        (Some(Killed::Disconnected), ..) => TaskError::Disconnected { attempts, stderr },
        (_, _, Some(how)) => TaskError::Died { how, attempts, stderr },
        (_, _, None) => {
            TaskError::Unfit { reason: "nobody knows how its worker ended".into() }
        }
    }
}

#[cfg(test)]
mod tests {
    use ipc::{Settings, Transport};

    use super::super::reply::{Call, Reply};
    use super::*;
    use crate::WORK;

    /// Otherwise more is under way than a transport takes.
    #[test]
    fn no_job_takes_more_bytes_than_are_counted() {
        let long = "a".repeat(256).leak();
        for task in ["", "square", long] {
            for lengths in [&[0][..], &[1; 20], &[300; 20], &[20_000, 5], &[1; 20_000]] {
                let items = lengths.iter().map(|&length| {
                    Item::new(vec![0; length], Reply::to_call(&Arc::default()))
                });
                let job = Job::new(task, items.collect::<VecDeque<_>>());
                let mut message = Vec::new();
                write(&job, usize::MAX, &mut message);
                // Pipes put 8 bytes before each.
                let bytes = 8 + message.len();
                assert!(bytes <= job.bytes(), "{bytes}, counted as {}", job.bytes());
            }
        }
    }

    /// Nor is anything read from a tray that was not made for it.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_result_without_room_is_nonsense() {
        use crate::message::Answer;

        let shared = Shared::new(Options::of(&WORK).unwrap().workers(1));
        for (room, length, right) in [(0, 1, false), (9, 10, false), (10, 10, true)] {
            let (connection, mut theirs) =
                Transport::ThreadChannel.pair(Settings::default()).unwrap();
            let mut keeper = Keeper::new(&shared, 0, Child::only(connection).unwrap());
            let item = Item::new(Vec::new(), Reply::to_call(&Arc::default()));
            keeper.in_flight.push_back(Job::new("t", [item]));
            keeper.room = room;
            keeper.child.trays.to_pool.make_room(10);
            let mut message = Vec::new();
            put(&Answer::LiesThere { length }, &mut message);
            theirs.send(&message).unwrap();
            assert_eq!(keeper.receive().is_ok(), right, "{length} bytes, {room} allowed");
            assert_eq!(keeper.in_flight.is_empty(), right, "nothing is lost");
        }
    }

    /// Whoever waits for what its worker had is told so, and so is whoever hands in more when no
    /// keeper is left.
    #[test]
    fn a_keeper_that_panics_says_so() {
        let shared = Shared::new(Options::of(&WORK).unwrap().workers(1));
        let (connection, _theirs) =
            Transport::ThreadChannel.pair(Settings::default()).unwrap();
        let child = Child::only(connection).unwrap();
        let call = Arc::<Call>::default();
        let had = Job::new("t", [Item::new(Vec::new(), Reply::to_call(&call))]);
        let seen = Keeper::new(&shared, 0, child).see_out(|keeper| {
            keeper.in_flight.push_back(had);
            panic!("no ink");
        });
        let reason = String::from("a thread of the pool panicked: no ink");
        assert_eq!(seen, Err(reason.clone()));
        assert_eq!(call.wait(None), Some(Err(TaskError::Unfit { reason })));
        let dies = thread::scope(|scope| {
            let keeps = scope.spawn(|| {
                let _leaves = Leaves { shared: &shared, reason: String::new() };
                panic!("no ink");
            });
            keeps.join().is_err()
        });
        assert!(dies);
        let waits = Job::new("t", [Item::new(Vec::new(), Reply::to_call(&call))]);
        let rejected = shared.queue.push(waits, true).unwrap_err().to_string();
        assert!(rejected.contains("a thread of the pool panicked"), "{rejected}");
    }
}
