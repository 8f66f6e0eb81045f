//! Many calls of one task, in the order of their arguments or as they are done.

use std::collections::{BTreeMap, VecDeque};
use std::iter::Fuse;
use std::marker::PhantomData;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ProcessPool;
use super::handle::read;
use super::queue::{Item, Job, Outcome, Reply};
use crate::error::{Rejected, TaskError};

/// No job of several items has more bytes than this, about.
const MOST_BYTES: usize = 256 * 1024;

/// Calls of one task: an iterator over their results.
///
/// Arguments are taken, and results kept, as many at once as may wait in the pool, or two chunks for
/// each worker if that is more: so it needs the same memory for ten tasks and for ten million. Those that
/// were taken when it is dropped are done, and nobody sees their results.
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
    /// What came before its turn, or was never accepted.
    early: BTreeMap<u64, Outcome>,
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
            early: BTreeMap::new(),
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
        let chunks = self.chunk.saturating_mul(2 * self.pool.workers());
        let most = self.pool.capacity().max(chunks) as u64;
        while self.taken - self.returned < most {
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
            let indices = items.iter().map(|item| item.reply.index()).collect();
            self.push(Job { task: self.task, items }, indices);
        }
    }

    /// The next argument that the pool takes.
    fn next_item(&mut self) -> Option<Item> {
        loop {
            let argument = self.arguments.next()?;
            let index = self.taken;
            self.taken += 1;
            match self.pool.bytes_of(&argument) {
                Ok(argument) => {
                    let reply = Reply::new(self.sender.clone(), index);
                    return Some(Item { argument, attempts: 0, ticket: None, reply });
                }
                Err(rejected) => self.reject(index, rejected),
            }
        }
    }

    fn push(&mut self, job: Job, indices: Vec<u64>) {
        if let Err(rejected) = self.pool.push(job, true) {
            for index in indices {
                self.reject(index, rejected.clone());
            }
        }
    }

    fn reject(&mut self, index: u64, rejected: Rejected) {
        self.early.insert(index, Err(TaskError::Rejected(rejected)));
    }

    /// The next one, and its number.
    fn next_outcome(&mut self) -> Option<(u64, Outcome)> {
        self.feed();
        if self.returned == self.taken {
            return None;
        }
        let found = if self.ordered {
            self.early.remove(&self.returned).map(|outcome| (self.returned, outcome))
        } else {
            self.early.pop_first()
        };
        let next = found.or_else(|| {
            loop {
                // We hold a sender: so there is one.
                let (index, outcome) = self.outcomes.recv().ok()?;
                if !self.ordered || index == self.returned {
                    return Some((index, outcome));
                }
                self.early.insert(index, outcome);
            }
        });
        self.returned += 1;
        next
    }
}

impl<R: DeserializeOwned, I: Iterator<Item: Serialize>> Iterator for Map<'_, R, I> {
    type Item = Result<R, TaskError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_outcome().map(|(_, outcome)| read(outcome))
    }
}

/// The same, as they are done: see [`Map::as_completed`].
pub struct AsCompleted<'p, R, I>(Map<'p, R, I>);

impl<R: DeserializeOwned, I: Iterator<Item: Serialize>> Iterator
    for AsCompleted<'_, R, I>
{
    type Item = (u64, Result<R, TaskError>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_outcome().map(|(index, outcome)| (index, read(outcome)))
    }
}
