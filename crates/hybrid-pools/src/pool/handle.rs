//! A task that was handed in.

use std::marker::PhantomData;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::reply::{Call, Outcome};
use super::shared::Shared;
use super::stock::Stock;
use crate::error::{Begun, TaskError};
use crate::task;

/// A task that was handed in: a claim to its result. Dropping the handle doesn't cancel the task.
pub struct Handle<R> {
    call: Arc<Call>,
    pool: Weak<Shared>,
    /// The outcome was returned.
    taken: bool,
    result: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Handle<R> {
    /// Waits for the result.
    ///
    /// # Errors
    ///
    /// When there is none; see [`TaskError`].
    pub fn wait(mut self) -> Result<R, TaskError> {
        // Without a time limit, there is always an outcome.
        self.take(None).unwrap_or(Err(TaskError::Stopped))
    }

    /// Waits for the result, but no longer than `patience`; `None` means that there is no result yet.
    /// The result is returned once: calls after that return [`TaskError::Stopped`].
    ///
    /// # Errors
    ///
    /// As [`Handle::wait`].
    pub fn wait_timeout(&mut self, patience: Duration) -> Option<Result<R, TaskError>> {
        self.take(Some(patience))
    }

    fn take(&mut self, patience: Option<Duration>) -> Option<Result<R, TaskError>> {
        if self.call.is_cancelled() {
            return Some(Err(TaskError::Cancelled));
        }
        if self.taken {
            return Some(Err(TaskError::Stopped));
        }
        let outcome = self.call.wait(patience)?;
        self.taken = true;
        let pool = self.pool.upgrade();
        Some(read(outcome, pool.as_ref().map(|pool| &pool.stock)))
    }
}

impl<R> Handle<R> {
    pub(super) fn new(call: Arc<Call>, pool: &Arc<Shared>) -> Self {
        Self { call, pool: Arc::downgrade(pool), taken: false, result: PhantomData }
    }

    /// Cancels the task, unless a worker has it already. This makes room for other tasks.
    ///
    /// # Errors
    ///
    /// When a worker has it already. A task that runs can't be taken away from its worker.
    pub fn cancel(&self) -> Result<(), Begun> {
        if self.call.is_cancelled() {
            return Ok(());
        }
        if !self.call.cancel() {
            return Err(Begun);
        }
        if let Some(pool) = self.pool.upgrade() {
            pool.queue.cancelled();
        }
        Ok(())
    }
}

/// The result, as a value of its type. The buffer that its bytes were in goes to the `stock`.
pub(crate) fn read<R: DeserializeOwned>(
    outcome: Outcome,
    stock: Option<&Stock>,
) -> Result<R, TaskError> {
    let bytes = outcome?;
    let result = task::read(&bytes).map_err(|reason| TaskError::Garbled { reason });
    if let Some(stock) = stock {
        stock.put(bytes);
    }
    result
}
