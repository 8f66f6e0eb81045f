//! The keeper of a worker: a thread that starts the worker, gives it jobs, and hands its results on.
//! When the worker dies, the keeper gives the jobs that it had back to the queue, and starts another
//! worker.

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

/// How many jobs these are at most: should the first one take unexpectedly long, the others wait
/// behind it.
const MOST_JOBS: usize = 16;

/// How many bytes wait for a worker at most, beside a single job. Every transport takes so many at once,
/// even a pipe of two pages, which is all that a user who has many pipes gets (see `pipe(7)`). With more,
/// the keeper could wait for a worker that waits for the keeper to take a result.
const MOST_BYTES: usize = 4 * 1024;

/// How long to wait before the second try to start a worker, and twice as long before each one after
/// that, up to the longest pause. A worker that lived longer than that, and died, counts as started.
const PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How long the trays and the stock of buffers keep their memory while there is nothing to do; and for
/// how many messages the trays keep theirs without being needed.
const KEPT_FOR: Duration = Duration::from_secs(1);
const KEPT_UNUSED: u32 = 100;

/// How long a worker may take to answer the question whether it lives.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps a worker, and after it another one, until the pool ends. Says on `started` whether the first
/// one has started.
pub(crate) fn keep(
    shared: &Shared,
    number: usize,
    started: Sender<Result<(), StartError>>,
) {
    // Writing to a pipe that nobody reads is an error in this thread, even in a program that is to end of
    // SIGPIPE elsewhere. What this thread starts has a signal mask of its own.
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
                // The thread that starts the pool is told.
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

/// When dropped, tells the queue that this keeper leaves. So the queue is told even when the keeper
/// panics.
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

/// The reason that is given when a thread of the pool panics.
fn panicked(why: &str) -> String {
    format!("a thread of the pool panicked: {why}")
}

/// Why a keeper leaves its worker.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// There is nothing more to do.
    Finished,
    /// The worker has done as much as one worker should.
    Retired,
    /// The worker is gone, or has closed its connection.
    Lost,
    /// The worker sends nonsense.
    Nonsense,
    /// The worker lives, and we can't send it the jobs that it should have.
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
    /// The jobs that the worker has, in the order in which it has them. It is at the first one.
    in_flight: VecDeque<Job>,
    /// How many bytes these jobs take on their way.
    bytes: usize,
    /// When the worker began with the first of them, about.
    since: Instant,
    /// How long a job takes, about.
    mean: Duration,
    /// How many jobs the worker has done.
    jobs: u64,
    /// How many items the worker has answered.
    answered: u64,
    /// The last results were worth a tray.
    large: bool,
    /// How many bytes of the tray the worker may take for a result of these jobs.
    room: usize,
    /// How many messages in a row have needed no tray.
    unused: u32,
    /// The worker has a suspect, and has shown that it lives before the suspect was sent.
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
            // Nothing is given in advance until it is known how long jobs take.
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

    /// Tends the worker as long as there is something to do, and then parts with it. When `tend` panics,
    /// the items that the worker had fail for that reason. No other keeper gets them, since it might
    /// panic as well.
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

    /// Gives the worker jobs and takes its results, as long as there are any.
    // ANCHOR: tend
    fn tend(&mut self) -> End {
        loop {
            let retires = self.left() == 0;
            if !retires && let Err(end) = self.give() {
                // What the worker had done by then is still to be read.
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

    /// How many more jobs the worker may get before another one takes its place.
    fn left(&self) -> usize {
        self.options().recycle_after.map_or(usize::MAX, |most| {
            let had = self.jobs + self.in_flight.len() as u64;
            usize::try_from(most.saturating_sub(had)).unwrap_or(usize::MAX)
        })
    }

    /// Gives the worker as many jobs as it should have. Waits for some when it has none.
    fn give(&mut self) -> Result<(), End> {
        if self.in_flight.front().is_some_and(|job| job.suspect) {
            return Ok(());
        }
        let idle = self.in_flight.is_empty();
        let lead = LEAD.as_nanos() / self.mean.as_nanos().max(1);
        // The tray to the pool has room for one result.
        let most = if self.large { 1 } else { (lead as usize).clamp(1, MOST_JOBS) };
        // Jobs are not sent one by one: a message with many costs as much as one with a single job. And
        // trays are only cleared away when nothing can lie in them.
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
            // The worker has never seen these jobs.
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
            // So few bytes have come all at once, or not at all.
            let nothing = self.message.len() <= MOST_BYTES;
            return Err(if nothing { self.in_vain(idle, error) } else { error.into() });
        }
        if self.message.len() > MOST_BYTES {
            // Otherwise it would stay as large as the largest argument so far.
            self.message = Vec::new();
        }
        Ok(())
    }

    /// Takes jobs from the queue. If it has to wait long for them, unneeded memory is given back first.
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

    /// Whether the trays keep memory that was not needed for some time.
    fn has_unused_trays(&self) -> bool {
        self.unused > KEPT_UNUSED && self.child.trays.have_room()
    }

    /// Writes the message that gives the worker the last `given` of its jobs. If it is `idle`, it has no
    /// other ones. Large jobs go into the tray.
    fn write(&mut self, given: usize, idle: bool) {
        let Self { in_flight, child: Child { trays, .. }, message, .. } = self;
        if idle {
            // Everything that was in the tray to the pool has been taken.
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

    /// The worker has gone, and nothing of the jobs that it was given last has reached it. If it was
    /// `idle` before, it has no other ones, and these go back to the queue; unless the worker was killed
    /// because the first of them took too long.
    fn in_vain(&mut self, idle: bool, error: ipc::Error) -> End {
        if idle && !self.child.leash.is_killed() {
            self.bytes = 0;
            self.shared.queue.take_back(self.in_flight.drain(..));
        }
        error.into()
    }

    /// The jobs that the worker was given last can't be sent, for a reason that has nothing to do with
    /// the worker: the system lacks something, or has a limit. They fail for that reason.
    fn unsent(&mut self, given: usize, error: &ipc::Error) -> End {
        let reason = format!("it could not be sent to a worker: {error}");
        let kept = self.in_flight.len() - given;
        for item in self.in_flight.drain(kept..).flat_map(|job| job.items) {
            self.shared.failed.fetch_add(1, Relaxed);
            item.settle(Err(TaskError::Unfit { reason: reason.clone() }));
        }
        End::Unsent
    }

    /// Asks the worker whether it lives, and waits for the answer. The time limit for that is no task's,
    /// but one of its own.
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

    /// Notes that the worker begins with the first of its jobs, and by when that has to be done.
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

    /// Waits for a message with results, and hands them on.
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
            // Nobody needs the argument any more.
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
            // Whoever waits for this outcome may ask for the pool's progress as soon as it is there.
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
            // The next result may be a little longer. Where there is no room, it comes in the message.
            child.trays.to_pool.make_room(longest + longest / 8);
        }
        if done > 0 {
            let each = self.since.elapsed() / done as u32;
            self.mean = (self.mean * 7 + each) / 8;
            self.begin();
        }
        if large && self.in_flight.is_empty() {
            // The connection keeps this large message until the next one comes, and nobody knows when
            // that will be. The answer to a question is a small one, and comes now.
            self.ask()?;
        }
        Ok(())
    }

    /// Parts with the worker, or with what is left of it. Jobs that it has not done are given back.
    ///
    /// # Errors
    ///
    /// How the worker ended, if it ended as soon as it had started, before it began with anything.
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
            // None of the jobs that the worker had before is to blame.
            shared.queue.take_back(in_flight.into_iter());
            return Ok(());
        }
        let first = in_flight.pop_front();
        let blame = match (&first, ended.killed) {
            (None, _) => Blame::Nobody,
            // The job that was late is done; the first one had the misfortune to be next.
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

/// Writes the order that gives a worker this job, and its arguments.
fn write(job: &Job, room: usize, to: &mut impl Put) {
    put(&Order::Run { task: job.task, items: job.items.len(), room }, to);
    for item in &job.items {
        put_bytes(&item.argument, to);
    }
}

/// What is to be run again of the first job of a worker that has died. Items that have had as many
/// attempts as the pool allows fail instead.
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

/// Counts an attempt of the item, and the death that it was suspected of before. Returns the item if it
/// may be tried again; otherwise it fails.
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

/// The error of an item whose worker has died.
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

    /// Otherwise more bytes would be under way than a transport takes.
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
                // Pipes put 8 bytes before each message.
                let bytes = 8 + message.len();
                assert!(bytes <= job.bytes(), "{bytes}, counted as {}", job.bytes());
            }
        }
    }

    /// No result is read from a tray in which no room was made for it.
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

    /// Whoever waits for the jobs that the worker had is told so, and so is whoever hands in more when no
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
