//! Many calls of one task, in the order of their arguments or as they are done.

use std::collections::{BTreeMap, VecDeque};
use std::iter::Fuse;
use std::marker::PhantomData;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ProcessPool;
use super::handle::read;
use super::queue::{Item, Job};
use super::reply::{Outcome, Reply};
use crate::error::{Rejected, TaskError};

/// No job of several items has more bytes than this, about.
const MOST_BYTES: usize = 256 * 1024;

/// A large result is forgotten bit by bit: with each one that comes, by this part of it. Otherwise a
/// single one would hold up a million small ones.
const FORGETS: usize = 32;

/// Calls of one task: an iterator over their results.
///
/// Arguments are taken, and results kept, as many at once as may wait in the pool, or two chunks for
/// each worker if that is more: so it needs the same memory for ten tasks and for ten million. They are
/// fewer when the longest of the last results says that as many would take more memory than may wait
/// in the pool. Those that were taken when it is dropped are done, and nobody sees their results.
pub struct Map<'p, R, I> {
    pool: &'p ProcessPool,
    task: &'static str,
    arguments: Fuse<I>,
    /// One that was taken, and belongs to the next job.
    next: Option<Item>,
    chunk: usize,
    ordered: bool,
    /// How many were taken, and how many returned.
    taken: u64,
    returned: u64,
    /// How many chunks were handed in.
    chunks: usize,
    /// How much memory the last results have taken at most, in bytes; nothing when none has come yet.
    largest: Option<usize>,
    /// What came before its turn, or was never accepted.
    early: BTreeMap<u64, Outcome>,
    /// How much memory these take, in bytes.
    early_bytes: usize,
    sender: Sender<(u64, Outcome)>,
    outcomes: Receiver<(u64, Outcome)>,
    result: PhantomData<fn() -> R>,
}

impl<'p, R, I: Iterator> Map<'p, R, I> {
    pub(crate) fn new(pool: &'p ProcessPool, task: &'static str, arguments: I) -> Self {
        let (sender, outcomes) = channel();
        Self {
            pool,
            task,
            arguments: arguments.fuse(),
            next: None,
            chunk: 1,
            ordered: true,
            taken: 0,
            returned: 0,
            chunks: 0,
            largest: None,
            early: BTreeMap::new(),
            early_bytes: 0,
            sender,
            outcomes,
            result: PhantomData,
        }
    }

    /// Sends so many arguments at once, for tasks that take next to no time. When a worker dies, the
    /// others of its chunk are run again, each by itself.
    #[must_use]
    pub fn chunks(self, chunk: usize) -> Self {
        Self { chunk: chunk.max(1), ..self }
    }

    /// Results come as they are done. Each comes with the number of its argument, from 0 on.
    #[must_use]
    pub fn as_completed(self) -> AsCompleted<'p, R, I> {
        AsCompleted(Self { ordered: false, ..self })
    }
}

impl<R, I: Iterator<Item: Serialize>> Map<'_, R, I> {
    /// Hands in as many as may be outstanding.
    fn feed(&mut self) {
        while self.has_room() {
            let longest = MOST_BYTES.min(self.pool.longest());
            let (mut items, mut bytes) = (VecDeque::new(), 0);
            while items.len() < self.chunk {
                let Some(item) = self.next.take().or_else(|| self.next_item()) else {
                    break;
                };
                bytes += item.bytes();
                if bytes > longest && !items.is_empty() {
                    self.next = Some(item);
                    break;
                }
                items.push_back(item);
            }
            if items.is_empty() {
                return;
            }
            self.chunks += 1;
            // A pool that has given up tells each item so, and that is how we hear of it.
            let _ = self.pool.push(Job::new(self.task, items), true);
        }
    }

    /// Whether one more may be outstanding.
    fn has_room(&self) -> bool {
        let chunks = 2 * self.pool.workers();
        let outstanding = self.taken - self.returned - u64::from(self.next.is_some());
        let most = self.pool.capacity().max(self.chunk.saturating_mul(chunks)) as u64;
        if outstanding == 0 || outstanding >= most {
            return outstanding == 0;
        }
        // Until one has come, nobody knows how long results are.
        let Some(largest) = self.largest else { return self.chunks < chunks };
        let to_come = usize::try_from(outstanding).map_or(usize::MAX, |outstanding| {
            (outstanding - self.early.len()).saturating_mul(largest)
        });
        self.early_bytes.saturating_add(to_come) < self.pool.capacity_in_bytes()
    }

    /// The next argument that the pool takes.
    fn next_item(&mut self) -> Option<Item> {
        loop {
            let argument = self.arguments.next()?;
            let index = self.taken;
            self.taken += 1;
            match self.pool.bytes_of(&argument) {
                Ok(argument) => {
                    let reply = Reply::to_map(&self.sender, index);
                    return Some(Item::new(argument, reply));
                }
                Err(rejected) => {
                    self.reject(index, rejected);
                    // There may be endlessly many of these.
                    if !self.has_room() {
                        return None;
                    }
                }
            }
        }
    }

    fn reject(&mut self, number: u64, rejected: Rejected) {
        self.keep(number, Err(TaskError::Rejected(rejected)));
    }

    /// One that came before its turn.
    fn keep(&mut self, number: u64, outcome: Outcome) {
        self.early_bytes += memory(&outcome);
        self.early.insert(number, outcome);
    }

    /// The next one, and its number.
    fn next_outcome(&mut self) -> Option<(u64, Outcome)> {
        self.feed();
        if self.returned == self.taken {
            return None;
        }
        let next = self.kept().or_else(|| self.wait());
        self.returned += 1;
        next
    }

    /// The next one, if it has come before.
    fn kept(&mut self) -> Option<(u64, Outcome)> {
        let (number, outcome) = if self.ordered {
            (self.returned, self.early.remove(&self.returned)?)
        } else {
            self.early.pop_first()?
        };
        self.early_bytes -= memory(&outcome);
        Some((number, outcome))
    }

    fn wait(&mut self) -> Option<(u64, Outcome)> {
        loop {
            // We hold a sender: so there is one.
            let (number, outcome) = self.outcomes.recv().ok()?;
            let forgotten = self.largest.map(|largest| largest - largest / FORGETS);
            self.largest = forgotten.max(Some(memory(&outcome)));
            if !self.ordered || number == self.returned {
                return Some((number, outcome));
            }
            self.keep(number, outcome);
        }
    }
}

/// How much memory an outcome takes while it is kept, in bytes, about.
fn memory(outcome: &Outcome) -> usize {
    size_of::<(u64, Outcome)>() + outcome.as_ref().map_or(0, Vec::capacity)
}

impl<R: DeserializeOwned, I: Iterator<Item: Serialize>> Iterator for Map<'_, R, I> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (_, outcome) = self.next_outcome()?;
        Some(read(outcome, Some(self.pool.stock())))
    }
}

/// The same, as they are done: see [`Map::as_completed`].
pub struct AsCompleted<'p, R, I>(Map<'p, R, I>);

impl<R: DeserializeOwned, I: Iterator<Item: Serialize>> Iterator
    for AsCompleted<'_, R, I>
{
    type Item = (u64, Result<R, TaskError>);

    fn next(&mut self) -> Option<Self::Item> {
        let (index, outcome) = self.0.next_outcome()?;
        Some((index, read(outcome, Some(self.0.pool.stock()))))
    }
}
