//! Scoped threads under shuttle.
//!
//! In shuttle 0.9, the last thread of a scope that ends wakes the thread that opened the scope,
//! whatever that thread is waiting for; and a scope whose body panics doesn't wait for its threads
//! at all. The scopes in this module join each of their threads in any case.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Result;

/// The right to wait for the end of a thread. The first thread that wants to wait takes it out.
type End = Arc<Mutex<Option<shuttle::thread::JoinHandle<()>>>>;

/// As [`std::thread::Scope`].
#[derive(Debug)]
pub(super) struct Scope<'scope, 'env: 'scope> {
    ends: Mutex<Vec<End>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// The right to wait for a thread of a scope.
#[derive(Debug)]
pub(super) struct Handle<T> {
    end: End,
    result: Arc<Mutex<Option<Result<T>>>>,
}

/// Runs `body`, calls `waiting`, and returns when all threads of the scope have ended.
pub(super) fn scope<'env, T>(
    body: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
    waiting: impl FnOnce(),
) -> T {
    let scope =
        Scope { ends: Mutex::new(Vec::new()), scope: PhantomData, env: PhantomData };
    let result = catch_unwind(AssertUnwindSafe(|| body(&scope)));
    waiting();
    // Threads of the scope may start others.
    while let Some(end) = { locked(&scope.ends).pop() } {
        join(&end);
    }
    result.unwrap_or_else(|payload| resume_unwind(payload))
}

impl<'scope> Scope<'scope, '_> {
    pub(super) fn spawn<T: Send + 'scope>(
        &'scope self,
        work: impl FnOnce() -> Result<T> + Send + 'scope,
    ) -> Handle<T> {
        let result = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&result);
        let run = move || {
            let result = work();
            *locked(&slot) = Some(result);
        };
        let end = Arc::new(Mutex::new(Some(shuttle::thread::spawn(unbounded(run)))));
        locked(&self.ends).push(Arc::clone(&end));
        Handle { end, result }
    }
}

/// The same closure, as if it borrowed nothing.
#[expect(unsafe_code, reason = "a scoped thread borrows, and shuttle's threads may not")]
fn unbounded<'scope>(
    run: impl FnOnce() + Send + 'scope,
) -> impl FnOnce() + Send + 'static {
    let run: Box<dyn FnOnce() + Send + 'scope> = Box::new(run);
    // SAFETY: `scope` returns only after each thread of the scope was joined, by itself or by
    // another thread of the scope, for which it waits as well. This holds even when the body
    // panics. When shuttle gives up a run, no thread of the run goes on, and what lies on their
    // stacks is never dropped (`tear_down` in shuttle-engine 0.1): the borrow isn't used any more.
    unsafe {
        std::mem::transmute::<
            Box<dyn FnOnce() + Send + 'scope>,
            Box<dyn FnOnce() + Send + 'static>,
        >(run)
    }
}

impl<T> Handle<T> {
    /// Waits for the end of the thread; returns what it returned, or what it panicked with.
    pub(super) fn join(self) -> Result<T> {
        join(&self.end);
        locked(&self.result).take().unwrap_or_else(|| Err(Box::new("it never ran")))
    }
}

fn join(end: &End) {
    // A statement of its own, so that the lock is released before this thread waits.
    let handle = locked(end).take();
    if let Some(handle) = handle {
        // A panic of the thread was caught, and is part of its result.
        let _ = handle.join();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
