//! Where the outcome of an item goes: to whoever holds its handle, or to a map.

use std::mem;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::bytes::Bytes;
use crate::error::TaskError;

/// The outcome of an item: its result as bytes, or why there is none.
pub(crate) type Outcome = Result<Bytes, TaskError>;

/// Some outcomes of a map, each with the number of its argument. Several travel together, since each
/// message between threads costs more than a short task.
pub(crate) type Outcomes = Vec<(u64, Outcome)>;

/// Where the outcome of an item goes. There always is one: when a reply is dropped without an outcome,
/// the outcome is that the pool was stopped.
pub(crate) struct Reply {
    to: To,
    settled: bool,
}

enum To {
    /// Whoever holds the handle.
    Call(Arc<Call>),
    /// A map, and the number of the argument there.
    Map(Arc<Sender<Outcomes>>, u64),
}

impl Reply {
    /// To whoever holds the handle of this call.
    pub(crate) fn to_call(call: &Arc<Call>) -> Self {
        Self { to: To::Call(Arc::clone(call)), settled: false }
    }

    /// To a map, as the outcome of the argument with this number.
    pub(crate) fn to_map(map: &Arc<Sender<Outcomes>>, number: u64) -> Self {
        Self { to: To::Map(Arc::clone(map), number), settled: false }
    }

    /// Notes that a worker is to begin with the item. Returns false if the item was cancelled.
    pub(crate) fn begin(&self) -> bool {
        match &self.to {
            To::Call(call) => call.change(BEGUN),
            To::Map(..) => true,
        }
    }

    /// Whether the item was cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        matches!(&self.to, To::Call(call) if call.is_cancelled())
    }

    /// Notes that the item, which was begun, has to wait once more.
    pub(crate) fn wait_again(&self) {
        if let To::Call(call) = &self.to {
            call.stage.store(WAITS, Ordering::Relaxed);
        }
    }

    /// Tells the outcome to whoever waits for it.
    pub(crate) fn settle(mut self, outcome: Outcome) {
        self.send(outcome);
    }

    fn send(&mut self, outcome: Outcome) {
        self.settled = true;
        match &self.to {
            To::Call(call) => call.settle(outcome),
            // An error means that nobody waits any more, which is no mistake.
            To::Map(map, number) => drop(map.send(vec![(*number, outcome)])),
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.settled {
            self.send(Err(TaskError::Stopped));
        }
    }
}

/// Outcomes that have come at the same time. Those of one map are sent together: when an outcome for
/// another map comes, or the batch is dropped.
#[derive(Default)]
pub(crate) struct Batch {
    map: Option<Arc<Sender<Outcomes>>>,
    outcomes: Outcomes,
}

impl Reply {
    /// Whether a batch tells this outcome at once, and not together with others.
    pub(crate) fn is_told_at_once(&self) -> bool {
        !matches!(self.to, To::Map(..))
    }
}

impl Batch {
    /// Tells the outcome to whoever waits for it: now, or together with others.
    pub(crate) fn settle(&mut self, mut reply: Reply, outcome: Outcome) {
        let To::Map(map, number) = &reply.to else { return reply.settle(outcome) };
        if !self.map.as_ref().is_some_and(|other| Arc::ptr_eq(other, map)) {
            self.tell();
            self.map = Some(Arc::clone(map));
        }
        self.outcomes.push((*number, outcome));
        reply.settled = true;
    }

    fn tell(&mut self) {
        if let Some(map) = self.map.take() {
            // An error means that nobody waits any more, which is no mistake.
            let _ = map.send(mem::take(&mut self.outcomes));
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.tell();
    }
}

/// A call that was handed in by itself: whether it can still be cancelled, and its outcome. A channel
/// would do the same, and take much more memory, while there may be a million calls.
#[derive(Default)]
pub(crate) struct Call {
    stage: AtomicU8,
    news: Mutex<News>,
}

const WAITS: u8 = 0;
const BEGUN: u8 = 1;
const CANCELLED: u8 = 2;

#[derive(Default)]
enum News {
    /// There is no outcome yet, and nobody waits for it.
    #[default]
    None,
    /// There is no outcome yet, and this thread waits for it.
    Awaited(Thread),
    Here(Outcome),
}

impl Call {
    /// Changes the stage from waiting to another one. Returns false if it was another one already.
    fn change(&self, to: u8) -> bool {
        let changed =
            self.stage.compare_exchange(WAITS, to, Ordering::Relaxed, Ordering::Relaxed);
        changed.is_ok()
    }

    pub(crate) fn cancel(&self) -> bool {
        self.change(CANCELLED) || self.is_cancelled()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.stage.load(Ordering::Relaxed) == CANCELLED
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, outcome: Outcome) {
        let before = std::mem::replace(&mut *self.news(), News::Here(outcome));
        if let News::Awaited(thread) = before {
            thread.unpark();
        }
    }

    /// Waits for the outcome and takes it, so this must not be called again afterwards. Returns `None`
    /// when there is no outcome before `patience` has ended.
    pub(crate) fn wait(&self, patience: Option<Duration>) -> Option<Outcome> {
        // A time limit that no clock reaches is as good as none.
        let end = patience.and_then(|patience| Instant::now().checked_add(patience));
        loop {
            let waits = News::Awaited(thread::current());
            if let News::Here(outcome) = mem::replace(&mut *self.news(), waits) {
                return Some(outcome);
            }
            let Some(end) = end else {
                thread::park();
                continue;
            };
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return match mem::take(&mut *self.news()) {
                    News::Here(outcome) => Some(outcome),
                    _ => None,
                };
            }
            thread::park_timeout(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn an_outcome_is_waited_for() {
        let call = Arc::<Call>::default();
        let reply = Reply::to_call(&call);
        assert_eq!(call.wait(Some(Duration::ZERO)), None);
        let waits = thread::spawn({
            let call = Arc::clone(&call);
            move || call.wait(Some(Duration::MAX))
        });
        reply.settle(Ok(Bytes::of(&[7])));
        assert_eq!(waits.join().unwrap(), Some(Ok(Bytes::of(&[7]))));
        let reply = Reply::to_call(&call);
        reply.settle(Ok(Bytes::of(&[8])));
        let there = Some(Ok(Bytes::of(&[8])));
        assert_eq!(call.wait(Some(Duration::ZERO)), there, "it is there");
    }

    #[test]
    fn a_reply_that_is_dropped_says_so() {
        let call = Arc::<Call>::default();
        drop(Reply::to_call(&call));
        assert_eq!(call.wait(None), Some(Err(TaskError::Stopped)));
        let (map, outcomes) = channel();
        drop(Reply::to_map(&Arc::new(map), 5));
        assert_eq!(outcomes.recv(), Ok(vec![(5, Err(TaskError::Stopped))]));
    }

    /// Each outcome is told once, to whom it belongs, even if a thread panics before all are there.
    #[test]
    fn outcomes_of_a_map_are_told_together() {
        let ((one, ones), (other, others)) = (channel(), channel());
        let (one, other, call) = (Arc::new(one), Arc::new(other), Arc::default());
        let some = |n| Ok(Bytes::of(&[n]));
        let mut batch = Batch::default();
        batch.settle(Reply::to_map(&one, 3), some(3));
        batch.settle(Reply::to_map(&one, 1), Err(TaskError::Cancelled));
        assert!(ones.try_recv().is_err(), "there may be more");
        batch.settle(Reply::to_call(&call), some(7));
        assert_eq!(call.wait(Some(Duration::ZERO)), Some(some(7)));
        batch.settle(Reply::to_map(&other, 0), some(0));
        assert_eq!(
            ones.try_recv(),
            Ok(vec![(3, some(3)), (1, Err(TaskError::Cancelled))])
        );
        drop(batch);
        assert_eq!(others.try_recv(), Ok(vec![(0, some(0))]));
        assert!(ones.try_recv().is_err());
    }

    #[test]
    fn what_waits_can_be_cancelled() {
        let call = Arc::<Call>::default();
        let reply = Reply::to_call(&call);
        assert!(reply.begin());
        assert!(!call.cancel(), "somebody has it");
        reply.wait_again();
        assert!(call.cancel(), "it waits once more");
        assert!(call.is_cancelled() && !reply.begin());
    }
}
