//! [`std::thread`], watched: [`spawn`], [`scope`] and what they return.

mod explored;

use std::panic::Location;
use std::thread::Result;

use shuttle::current::try_get_current_task;

use crate::step::{Place, Step, Wait, Who};
use crate::{cores, record};

/// What [`spawn`] returns: the right to wait for the thread.
#[derive(Debug)]
pub struct JoinHandle<T> {
    inner: Handle<std::thread::JoinHandle<T>, shuttle::thread::JoinHandle<Result<T>>>,
    who: Option<Who>,
}

/// What [`Scope::spawn`] returns.
#[derive(Debug)]
pub struct ScopedJoinHandle<'scope, T> {
    inner: Handle<std::thread::ScopedJoinHandle<'scope, T>, explored::Handle<T>>,
    who: Option<Who>,
}

/// The handle of a real thread, or of one under shuttle.
#[derive(Debug)]
enum Handle<R, E> {
    Real(R),
    Explored(E),
}

/// Starts a thread that runs `work`.
#[track_caller]
pub fn spawn<F, T>(work: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let place = Location::caller();
    let (who, work) = announced(work, place, None);
    let inner = if record::explored() {
        Handle::Explored(shuttle::thread::spawn(caught(work)))
    } else {
        Handle::Real(std::thread::spawn(work))
    };
    JoinHandle { inner, who }
}

/// Runs `body`, which may start threads that borrow; returns when all of them have ended.
#[track_caller]
pub fn scope<'env, F, T>(body: F) -> T
where
    F: for<'scope> FnOnce(Scope<'scope, 'env>) -> T,
{
    let place = Location::caller();
    let id = record::current().map(|(record, _)| {
        let mut state = record.state();
        state.scopes += 1;
        state.scopes
    });
    let value = if record::explored() {
        explored::scope(
            |scope| body(Scope { id, inner: Inner::Explored(scope) }),
            || wait_for_scope(place),
        )
    } else {
        std::thread::scope(|scope| {
            let value = body(Scope { id, inner: Inner::Real(scope) });
            wait_for_scope(place);
            value
        })
    };
    if let (Some((record, who)), Some(_)) = (record::current(), id) {
        record.state().thread(who).waits = None;
        let unjoined: Vec<Who> = {
            let state = record.state();
            let ours = |who: &Who| {
                let thread = &state.threads[*who];
                thread.scope == id && !thread.joined
            };
            (0..state.threads.len()).filter(ours).collect()
        };
        for thread in unjoined {
            record.note(who, place, Step::Joins(thread));
        }
    }
    value
}

fn wait_for_scope(place: Place) {
    if let Some((record, who)) = record::current() {
        record.waits(who, Some((Wait::Scope, Some(place))));
    }
}

/// A scope in which threads may be started that borrow; see [`scope`].
#[derive(Clone, Copy, Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    id: Option<usize>,
    inner: Inner<'scope, 'env>,
}

#[derive(Clone, Copy, Debug)]
enum Inner<'scope, 'env: 'scope> {
    Real(&'scope std::thread::Scope<'scope, 'env>),
    Explored(&'scope explored::Scope<'scope, 'env>),
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread that runs `work`.
    #[track_caller]
    pub fn spawn<F, T>(self, work: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let place = Location::caller();
        let (who, work) = announced(work, place, self.id);
        let inner = match self.inner {
            Inner::Real(scope) => Handle::Real(scope.spawn(work)),
            Inner::Explored(scope) => Handle::Explored(scope.spawn(caught(work))),
        };
        ScopedJoinHandle { inner, who }
    }
}

/// Announces a thread that is about to be started. Returns its number in the run, and `work`
/// together with what makes the thread part of the run; no number outside of a run.
fn announced<T>(
    work: impl FnOnce() -> T,
    place: Place,
    scope: Option<usize>,
) -> (Option<Who>, impl FnOnce() -> T) {
    let explored = record::explored();
    let announced = record::current().map(|(record, by)| {
        let returns = std::any::type_name::<T>();
        let who = record.announce(by, place, scope, returns);
        (record, who)
    });
    let who = announced.as_ref().map(|(_, who)| *who);
    let work = move || {
        let Some((record, who)) = announced else { return work() };
        if let Some(task) = try_get_current_task() {
            record.state().tasks.insert(task.into(), who);
        }
        // Under shuttle, all threads run on one thread of the system, which is part of the run
        // already.
        let _membership = (!explored).then(|| record::join_run(record.clone(), who));
        let _end = End(&record, who, place);
        work()
    };
    (who, work)
}

/// `work`, with a panic as its result: under shuttle, a panic that leaves a thread ends the whole
/// run.
fn caught<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> Result<T> {
    || match record::current() {
        Some((record, _)) => record.catch(work),
        None => Ok(work()),
    }
}

/// Notes the end of a thread, also when it panics.
struct End<'a>(&'a record::Record, Who, Place);

impl Drop for End<'_> {
    fn drop(&mut self) {
        // Under shuttle, all threads are one of the system's.
        if !record::explored() {
            self.0.state().counts.computed += cores::computed();
        }
        let step = if std::thread::panicking() { Step::Panics } else { Step::Ends };
        self.0.note(self.1, self.2, step);
    }
}

impl<T> JoinHandle<T> {
    /// Waits for the end of the thread and returns what it returned.
    ///
    /// # Errors
    ///
    /// When it panicked: the payload.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        joined(self.who, || match self.inner {
            Handle::Real(handle) => handle.join(),
            Handle::Explored(handle) => handle.join().flatten(),
        })
    }

    /// Whether the thread has run to its end.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        match &self.inner {
            Handle::Real(handle) => handle.is_finished(),
            Handle::Explored(_) => self.who.is_some_and(has_ended),
        }
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Waits for the end of the thread and returns what it returned.
    ///
    /// # Errors
    ///
    /// When it panicked: the payload.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        joined(self.who, || match self.inner {
            Handle::Real(handle) => handle.join(),
            Handle::Explored(handle) => handle.join(),
        })
    }

    /// Whether the thread has run to its end.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        match &self.inner {
            Handle::Real(handle) => handle.is_finished(),
            Handle::Explored(_) => self.who.is_some_and(has_ended),
        }
    }
}

/// Whether a thread of an explored run has ended.
#[track_caller]
fn has_ended(who: Who) -> bool {
    record::await_turn();
    // The thread may end before the look, or after it.
    take_turn();
    let ended =
        record::current().is_some_and(|(record, _)| record.state().thread(who).ended);
    if !ended {
        record::note(Step::FindsRunning(who));
    }
    ended
}

#[track_caller]
fn joined<T>(who: Option<Who>, join: impl FnOnce() -> Result<T>) -> Result<T> {
    let Some(who) = who else { return join() };
    let result = record::waiting(Wait::Join(who), join);
    record::note(Step::Joins(who));
    result
}

/// Lets another thread run.
#[track_caller]
pub fn yield_now() {
    record::note(Step::Yields);
    take_turn();
}

/// As [`yield_now`], where that is no step of the answer.
pub(crate) fn take_turn() {
    if record::explored() {
        shuttle::thread::yield_now();
    } else {
        std::thread::yield_now();
    }
}
