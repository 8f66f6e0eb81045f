//! A task that was handed in.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::queue::{Outcome, Ticket};
use crate::error::{Begun, TaskError};
use crate::task;

/// A task that was handed in, and that has a result some time. Dropping it doesn't cancel the task.
pub struct Handle<R> {
    outcome: Receiver<(u64, Outcome)>,
    ticket: Arc<Ticket>,
    result: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Handle<R> {
    /// Waits for the result.
    ///
    /// # Errors
    ///
    /// When there is none; see [`TaskError`].
    pub fn wait(self) -> Result<R, TaskError> {
        if self.ticket.is_cancelled() {
            return Err(TaskError::Cancelled);
        }
        read(self.outcome.recv().map_or(Err(TaskError::Stopped), |(_, outcome)| outcome))
    }

    /// Waits for the result, but no longer than `patience`. The second time that it returns something,
    /// it is [`TaskError::Stopped`]: the result is yours.
    ///
    /// # Errors
    ///
    /// As [`Handle::wait`].
    pub fn wait_timeout(&mut self, patience: Duration) -> Option<Result<R, TaskError>> {
        if self.ticket.is_cancelled() {
            return Some(Err(TaskError::Cancelled));
        }
        match self.outcome.recv_timeout(patience) {
            Ok((_, outcome)) => Some(read(outcome)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(TaskError::Stopped)),
        }
    }
}

impl<R> Handle<R> {
    pub(crate) fn new(outcome: Receiver<(u64, Outcome)>, ticket: Arc<Ticket>) -> Self {
        Self { outcome, ticket, result: PhantomData }
    }

    /// Cancels the task, unless a worker has it already.
    ///
    /// # Errors
    ///
    /// When it does. A task that runs can't be taken away from its worker.
    pub fn cancel(&self) -> Result<(), Begun> {
        if self.ticket.cancel() { Ok(()) } else { Err(Begun) }
    }
}

/// The result, of its type.
pub(crate) fn read<R: DeserializeOwned>(outcome: Outcome) -> Result<R, TaskError> {
    task::read(&outcome?).map_err(|reason| TaskError::Garbled { reason })
}
