//! Many calls of one task, in the order of their arguments or as they are done.

use std::collections::VecDeque;
use std::iter::Fuse;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ProcessPool;
use super::bytes::Bytes;
use super::handle::read;
use super::queue::{Item, Job};
use super::reply::{Outcome, Outcomes, Reply};
use crate::error::{Rejected, TaskError};

/// How many bytes a job of several items has at most, about.
const MOST_BYTES: usize = 256 * 1024;

/// For how many items memory is taken before they are there, at most.
const MOST_AT_FIRST: usize = 1_024;

/// How large the results are expected to be shrinks by this part of it with each result that comes.
/// Otherwise a single large result would hold up a million small ones.
const FORGETS: usize = 32;

/// Calls of one task: an iterator over their results.
///
/// At any time, as many arguments have been taken, and results kept, as tasks may wait in the pool; or
/// two chunks for each worker if that is more. So the iterator needs the same memory for ten tasks and
/// for ten million. It takes fewer arguments when so many results, each as long as the longest of the
/// last ones, would need more memory than may wait in the pool. When the iterator is dropped, the tasks
/// that it has handed in are still done, and nobody sees their results.
pub struct Map<'p, R, I> {
    pool: &'p ProcessPool,
    task: &'static str,
    arguments: Fuse<I>,
    /// An item whose argument was taken already, and which belongs to the next job.
    next: Option<Item>,
    chunk: usize,
    ordered: bool,
    /// How many arguments were taken, and how many outcomes were returned.
    taken: u64,
    returned: u64,
    /// How many chunks were handed in.
    chunks: usize,
    /// How much memory each of the last results has taken at most, in bytes; `None` before one has come.
    largest: Option<usize>,
    /// The outcomes that came last, as far as nobody has looked at them. Mostly the first is the next one
    /// to be returned.
    news: vec::IntoIter<(u64, Outcome)>,
    /// The outcomes that came before their turn.
    early: Early,
    sender: Arc<Sender<Outcomes>>,
    outcomes: Receiver<Outcomes>,
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
            news: Vec::new().into_iter(),
            early: Early::default(),
            sender: Arc::new(sender),
            outcomes,
            result: PhantomData,
        }
    }

    /// Sends so many arguments to a worker at once, for tasks that take next to no time. When the worker
    /// dies, the other tasks of its chunk are run again, each by itself.
    #[must_use]
    pub fn chunks(self, chunk: usize) -> Self {
        Self { chunk: chunk.max(1), ..self }
    }

    /// Returns results as they are done, each with the number of its argument, counted from 0.
    #[must_use]
    pub fn as_completed(self) -> AsCompleted<'p, R, I> {
        AsCompleted(Self { ordered: false, ..self })
    }
}

impl<R, I: Iterator<Item: Serialize>> Map<'_, R, I> {
    /// Hands in as many items as may be outstanding.
    fn feed(&mut self) {
        while self.has_room() {
            let longest = MOST_BYTES.min(self.pool.longest());
            let (mut items, mut bytes) =
                (VecDeque::with_capacity(self.chunk.min(MOST_AT_FIRST)), 0);
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
            // If the pool has given up, that is the outcome of each item, and we learn it from there.
            let _ = self.pool.push(Job::new(self.task, items), true);
        }
    }

    /// Whether one more item may be outstanding.
    fn has_room(&self) -> bool {
        let chunks = 2 * self.pool.workers();
        let outstanding = self.taken - self.returned - u64::from(self.next.is_some());
        let most = self.pool.capacity().max(self.chunk.saturating_mul(chunks)) as u64;
        if outstanding == 0 || outstanding >= most {
            return outstanding == 0;
        }
        // Until a result has come, nobody knows how long results are.
        let Some(largest) = self.largest else { return self.chunks < chunks };
        let to_come = usize::try_from(outstanding).map_or(usize::MAX, |outstanding| {
            (outstanding - self.early.count).saturating_mul(largest)
        });
        self.early.bytes.saturating_add(to_come) < self.pool.capacity_in_bytes()
    }

    /// The next argument that the pool accepts, as an item.
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
                    // There may be endlessly many arguments that are refused.
                    if !self.has_room() {
                        return None;
                    }
                }
            }
        }
    }

    /// Notes that an argument was refused. That is an outcome like all others.
    fn reject(&mut self, number: u64, rejected: Rejected) {
        let outcome = Err(TaskError::Rejected(rejected));
        let _ = self.sender.send(vec![(number, outcome)]);
    }

    /// The next outcome to be returned, and the number of its argument.
    fn next_outcome(&mut self) -> Option<(u64, Outcome)> {
        self.feed();
        if self.returned == self.taken {
            return None;
        }
        let next = self.early.take(self.returned).or_else(|| self.wait());
        self.returned += 1;
        next
    }

    fn wait(&mut self) -> Option<(u64, Outcome)> {
        loop {
            let Some((number, outcome)) = self.news.next() else {
                // We hold a sender, so the channel is open, and there is an outcome some time.
                self.news = self.outcomes.recv().ok()?.into_iter();
                continue;
            };
            let forgotten = self.largest.map(|largest| largest - largest / FORGETS);
            self.largest = forgotten.max(Some(memory(&outcome)));
            if !self.ordered || number == self.returned {
                return Some((number, outcome));
            }
            self.early.put(number, outcome);
        }
    }
}

/// Outcomes that came before their turn.
#[derive(Default)]
struct Early {
    /// In the order of their numbers, with gaps.
    outcomes: VecDeque<Option<Outcome>>,
    /// The number of the first place.
    first: u64,
    count: usize,
    /// How much memory these outcomes take, in bytes.
    bytes: usize,
}

impl Early {
    /// Keeps an outcome whose turn has not come.
    fn put(&mut self, number: u64, outcome: Outcome) {
        self.bytes += memory(&outcome);
        self.count += 1;
        // There are no more places than outstanding items.
        let at = (number - self.first) as usize;
        if at >= self.outcomes.len() {
            self.outcomes.resize_with(at + 1, || None);
        }
        self.outcomes[at] = Some(outcome);
    }

    /// The outcome with this number, if it is here. Nobody will ask for those before it.
    fn take(&mut self, number: u64) -> Option<(u64, Outcome)> {
        if self.count == 0 {
            // All of these places are gaps.
            self.outcomes.clear();
            self.first = number;
            return None;
        }
        let gaps = (number - self.first) as usize;
        self.outcomes.drain(..gaps.min(self.outcomes.len()));
        self.first = number;
        let outcome = self.outcomes.front_mut()?.take()?;
        self.bytes -= memory(&outcome);
        self.count -= 1;
        Some((number, outcome))
    }
}

/// How much memory an outcome takes while it is kept, in bytes, about.
fn memory(outcome: &Outcome) -> usize {
    size_of::<(u64, Outcome)>() + outcome.as_ref().map_or(0, Bytes::capacity)
}

impl<R: DeserializeOwned, I: Iterator<Item: Serialize>> Iterator for Map<'_, R, I> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (_, outcome) = self.next_outcome()?;
        Some(read(outcome, Some(self.pool.stock())))
    }
}

/// The results of a [`Map`] as they are done: see [`Map::as_completed`].
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
