//! Scoped threads under shuttle.
//!
//! Those of shuttle 0.9 wake up whoever opened the scope when its last thread ends, whatever
//! he waits for; and a scope whose body panics doesn't wait for its threads at all. These
//! here wait for each thread by joining it, in any case.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Result;

/// The end of a thread; whoever takes it waits for it.
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

/// Runs `body`, and returns when all threads of its scope have ended. `waiting` is called
/// before it waits for them.
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
    // SAFETY: `scope` returns only after it has joined every thread of the scope, or after
    // somebody else of the scope has, for whom it waits as well. It also does so when its body
    // panics. When shuttle gives up a run, no thread of it runs again, and what lies on their
    // stacks is never dropped: nobody uses the borrow any more. (So in shuttle-engine 0.1,
    // `tear_down`.)
    unsafe {
        std::mem::transmute::<
            Box<dyn FnOnce() + Send + 'scope>,
            Box<dyn FnOnce() + Send + 'static>,
        >(run)
    }
}

impl<T> Handle<T> {
    /// Waits for the end of the thread; what it returned, or what it panicked with.
    pub(super) fn join(self) -> Result<T> {
        join(&self.end);
        locked(&self.result).take().unwrap_or_else(|| Err(Box::new("it never ran")))
    }
}

fn join(end: &End) {
    // Released before it waits.
    let handle = locked(end).take();
    if let Some(handle) = handle {
        // What it panicked with was caught, and is its result.
        let _ = handle.join();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
