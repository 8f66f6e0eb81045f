//! What is written down while an answer runs: who did what, and who waits for what.
//!
//! A record belongs to a run. Under shuttle, all threads of a run are coroutines of one
//! thread of the system; otherwise, each thread hands its record to those that it starts.

use std::any::Any;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::io;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shuttle::current::try_get_current_task;

use crate::cores;
use crate::happened::Happened;
use crate::patterns;
use crate::rounds::Rounds;
use crate::state::{Child, Conditions, Counts, Event, Events, Made, State, Thread};
use crate::step::{Kind, Place, Step, Thing, Wait, Who};
use crate::story;
use crate::trace::Trace;

/// How many values older than the newest are read in a run, at most: one or two are enough to show what
/// an ordering forgets. And every value is seen at last, as the memory of a machine promises it.
const OLDER_IN_A_RUN: usize = 3;

/// How many exchanges fail for no reason in a run, at most.
const FAILURES_IN_A_RUN: usize = 2;

/// The record of one run.
pub(crate) struct Record {
    state: Mutex<State>,
    /// Every step with what all things hold after it, if somebody wants to see that. Whoever looks at the
    /// state, too, locks that first.
    trace: Option<Mutex<Trace>>,
}

/// Whether this process keeps the trace of a run just now: asked for at each step, so it has to cost
/// next to nothing.
static TRACED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static RECORD: RefCell<Option<(Arc<Record>, Who)>> = const { RefCell::new(None) };
}

/// The record of the run that this thread belongs to, and the number of this thread in it.
pub(crate) fn current() -> Option<(Arc<Record>, Who)> {
    // The destructor of another thread-local value may ask when this one is gone already.
    let (record, who) = RECORD.try_with(|slot| slot.borrow().clone()).ok().flatten()?;
    let who = match try_get_current_task() {
        Some(task) => record.state().tasks.get(&usize::from(task)).copied().unwrap_or(0),
        None => who,
    };
    Some((record, who))
}

/// Refuses to begin a run within a run: what happens in there would be in nobody's record.
///
/// # Panics
///
/// When this thread is part of a run.
#[track_caller]
pub(crate) fn refuse_nested() {
    assert!(
        current().is_none() && !explored(),
        "an answer that is watched begins a run of its own: only a check does"
    );
}

/// Whether this is a run under shuttle.
pub(crate) fn explored() -> bool {
    try_get_current_task().is_some()
}

/// Makes this thread of the system part of the run of `record`; from now on, shuttle runs all
/// threads of that run on it.
pub(crate) fn begin_run(record: Arc<Record>) {
    RECORD.set(Some((record, 0)));
}

/// Makes this thread part of the run of `record`, as its thread number `who`, until the returned
/// value is dropped.
pub(crate) fn join_run(record: Arc<Record>, who: Who) -> Membership {
    Membership(RECORD.replace(Some((record, who))))
}

/// Ends the membership in a run when dropped.
pub(crate) struct Membership(Option<(Arc<Record>, Who)>);

impl Drop for Membership {
    fn drop(&mut self) {
        RECORD.set(self.0.take());
    }
}

/// Waits for this thread's turn, where a schedule is played turn by turn: what it does next, others
/// can notice. The caller has no turns.
pub(crate) fn await_turn() {
    let Some((record, who)) = current() else { return };
    let plays = who > 0
        && record.state().before_a_step.as_mut().is_some_and(|them| them.insert(who));
    if plays {
        shuttle::thread::yield_now();
    }
}

/// Writes down a step of this thread, if it is watched.
///
/// # Panics
///
/// When the thread spins, and the conditions of its run refuse that.
#[track_caller]
pub(crate) fn note(step: Step) {
    let place = Location::caller();
    let Some((record, who)) = current() else { return };
    let spins = {
        let mut state = record.state();
        // Runs with real threads refuse no spins, and may take so many steps that counting them all
        // would need the memory of the machine.
        let again =
            state.conditions.refuse_spins && state.rounds.comes_by(who, place, &step);
        let spins = again && !std::thread::panicking();
        spins.then(|| story::spins(&state, who, place, &step))
    };
    record.note(who, place, step);
    if let Some(complaint) = spins {
        panic!("{complaint}");
    }
}

/// Notes that this thread is about to sleep on a condition variable. Returns whether that sleep ends
/// at once and for no reason.
pub(crate) fn wakes_for_nothing() -> bool {
    current().is_some_and(|(record, _)| {
        let mut state = record.state();
        state.sleeps += 1;
        state.conditions.spurious == Some(state.sleeps)
    })
}

/// Refuses to let this thread wait for a lock that it holds itself.
///
/// # Panics
///
/// When this thread holds `lock`.
#[track_caller]
pub(crate) fn refuse_own(lock: Thing) {
    let place = Location::caller();
    if let Some((record, who)) = current()
        && record.state().thread(who).holds.contains(&lock)
    {
        record.note(who, place, Step::WaitsForItself(lock));
        let name = story::thing(&record.state(), lock);
        panic!(
            "deadlock: a thread takes {name}, which it holds itself (line {})",
            place.line()
        );
    }
}

/// Notes that this thread reads an atomic with this ordering. Under shuttle, it may read an older value
/// than the newest: returns how many older. There are `kept` of these.
#[track_caller]
pub(crate) fn loads(atomic: Thing, order: Ordering, kept: usize) -> usize {
    let Some((record, who)) = current() else { return 0 };
    used_like_plain(&record, who, atomic, false);
    let mut state = record.state();
    state.counts.strongest += usize::from(order == Ordering::SeqCst);
    if !explored() {
        return 0;
    }
    let older = kept
        .min(state.happened.older(who, atomic, order))
        .min(OLDER_IN_A_RUN - state.older);
    // Tossed one by one, since a scheduler that tries everything has to know what there is to try.
    let older = (0..older).take_while(|_| patterns::heads()).count();
    state.older += older;
    state.happened.loads(who, atomic, order, older);
    older
}

/// Whether an exchange that may fail for no reason does so now.
pub(crate) fn fails_for_nothing() -> bool {
    let Some((record, _)) = current().filter(|_| explored()) else { return false };
    let fails = record.state().failures < FAILURES_IN_A_RUN && patterns::heads();
    record.state().failures += usize::from(fails);
    fails
}

/// Notes that this thread stores into an atomic with this ordering.
#[track_caller]
pub(crate) fn stores(atomic: Thing, order: Ordering) {
    if let Some((record, who)) = current() {
        used_like_plain(&record, who, atomic, true);
        let mut state = record.state();
        state.counts.strongest += usize::from(order == Ordering::SeqCst);
        if explored() {
            state.happened.stores(who, atomic, order);
        }
    }
}

/// Notes that this thread both reads and writes an atomic, in one step and with this ordering.
#[track_caller]
pub(crate) fn changes(atomic: Thing, order: Ordering) {
    if let Some((record, who)) = current() {
        used_like_plain(&record, who, atomic, true);
        let mut state = record.state();
        state.counts.strongest += usize::from(order == Ordering::SeqCst);
        state.counts.changes += 1;
        if explored() {
            state.happened.changes(who, atomic, order);
        }
    }
}

/// Notes that this thread takes a lock for a moment that is part of something else: a channel, say.
pub(crate) fn locks_within() {
    if let Some((record, _)) = current() {
        record.state().counts.locks += 1;
    }
}

/// Notes that this thread both reads and writes an atomic in a way that passes nothing on.
pub(crate) fn changes_unordered() {
    if let Some((record, _)) = current() {
        let mut state = record.state();
        state.counts.strongest += 1;
        state.counts.changes += 1;
    }
}

/// Notes that this thread may have learned from any other.
pub(crate) fn learns_all() {
    if let Some((record, who)) = current().filter(|_| explored()) {
        record.state().happened.learns_all(who);
    }
}

/// Notes that this thread reads or writes ordinary memory.
///
/// # Panics
///
/// In a run under shuttle, when another thread may be using it, too.
#[track_caller]
pub(crate) fn uses(memory: Thing, writes: bool) {
    let place = Location::caller();
    let Some((record, who)) = current() else { return };
    record.state().counts.plain += 1;
    let step = if writes { Step::WritesPlain } else { Step::ReadsPlain };
    // Real threads write down what they do a moment before or after they do it.
    let unknown =
        explored().then(|| record.state().happened.uses(who, memory, writes)).flatten();
    record.note(who, place, step(memory));
    no_race(&record, who, memory, writes, unknown);
}

/// Notes that the uses of this atomic have to be ordered as those of ordinary memory.
pub(crate) fn like_plain(atomic: Thing) {
    if let Some((record, _)) = current() {
        record.state().like_plain.insert(atomic.id);
    }
}

/// Notes that this thread uses an atomic, which may have to be used as ordinary memory would be.
#[track_caller]
fn used_like_plain(record: &Record, who: Who, atomic: Thing, writes: bool) {
    if !explored() || !record.state().like_plain.contains(&atomic.id) {
        return;
    }
    let unknown = record.state().happened.uses(who, atomic, writes);
    no_race(record, who, atomic, writes, unknown);
}

/// Panics when this use of a place and what `other` did with it before are a data race.
#[track_caller]
fn no_race(record: &Record, who: Who, place: Thing, writes: bool, other: Option<Who>) {
    let Some(other) = other else { return };
    let line = Location::caller().line();
    let name = story::thing(&record.state(), place);
    panic!(
        "data race: {} {} {name} (line {line}), and nothing says that it comes after what {} did \
         with it",
        story::name(who),
        if writes { "writes" } else { "reads" },
        story::name(other)
    );
}

/// Calls `run`; according to the record, this thread waits meanwhile.
#[track_caller]
pub(crate) fn waiting<T>(wait: Wait, run: impl FnOnce() -> T) -> T {
    let place = Location::caller();
    let here = current();
    let set = |waits| {
        if let Some((record, who)) = &here {
            record.waits(*who, waits);
        }
    };
    set(Some((wait, Some(place))));
    let result = run();
    set(None);
    result
}

/// Notes that the caller makes a thing of this kind, and returns what stands for it in the record.
#[track_caller]
pub(crate) fn make(kind: Kind) -> Thing {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let place = Location::caller();
    let thing = Thing { kind, id: NEXT.fetch_add(1, Relaxed) };
    if let Some((record, _)) = current() {
        record.state().made.push(thing, place);
    }
    thing
}

/// Notes what is in a thing, if it is of a type that can be shown.
pub(crate) fn holds<T>(thing: Thing, value: &T) {
    trace(|trace, _| trace.holds(thing, value));
}

/// Notes what this thread is about to send, if it is of a type that can be shown.
pub(crate) fn sends<T>(message: &T) {
    trace(|trace, who| trace.sends(who, message));
}

/// Calls `note` with the trace that is kept of the run of this thread, and the number of this thread in
/// it.
fn trace(note: impl FnOnce(&mut Trace, Who)) {
    if TRACED.load(Relaxed)
        && let Some((record, who)) = current()
        && let Some(mut trace) = record.trace()
    {
        note(&mut trace, who);
    }
}

/// Notes that this thread waits, whatever is known of what it waits for.
pub(crate) fn blocks() {
    trace_state(Trace::begins_to_wait);
}

/// Notes that this thread panics at this place. Called within the panic, before anything is cleaned up.
pub(crate) fn panics(place: Option<&Location<'_>>) {
    trace_state(|trace, state, who| trace.panics(state, who, place));
}

/// As [`trace`], with the state of the run. Not where this thread looks at the state already: a panic may
/// come from anywhere.
fn trace_state(note: impl FnOnce(&mut Trace, &State, Who)) {
    if !TRACED.load(Relaxed) {
        return;
    }
    let own = RECORD.try_with(|slot| slot.try_borrow().ok()?.clone()).ok().flatten();
    if let Some((record, who)) = own
        && let Ok(state) = record.state.try_lock()
        && let Some(mut trace) = record.trace()
    {
        let task = try_get_current_task().map(usize::from);
        let who = task.map_or(who, |task| state.tasks.get(&task).copied().unwrap_or(0));
        note(&mut trace, &state, who);
    }
}

/// What a panic said.
pub(crate) fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}

impl Record {
    /// The record of a run that the check at `check` asks for.
    pub(crate) fn new(check: Place) -> Arc<Self> {
        Self::under(Conditions::default(), check, None)
    }

    /// The record of such a run under `conditions`, with a trace that is still empty, if one is to be kept.
    pub(crate) fn under(
        conditions: Conditions,
        check: Place,
        trace: Option<Trace>,
    ) -> Arc<Self> {
        TRACED.fetch_or(trace.is_some(), Relaxed);
        let state = State {
            check,
            conditions,
            sleeps: 0,
            over: false,
            watched: false,
            panic: None,
            events: Events::default(),
            threads: vec![Thread::default()],
            tasks: HashMap::new(),
            scopes: 0,
            children: Vec::new(),
            looks: 0,
            made: Made::default(),
            counts: Counts::default(),
            happened: Happened::default(),
            like_plain: HashSet::new(),
            older: 0,
            failures: 0,
            rounds: Rounds::default(),
            before_a_step: None,
        };
        Arc::new(Self { state: Mutex::new(state), trace: trace.map(Mutex::new) })
    }

    /// Calls `run`, and returns a panic as an error. The message of the first panic in the run is
    /// kept.
    pub(crate) fn catch<T>(&self, run: impl FnOnce() -> T) -> std::thread::Result<T> {
        panic::catch_unwind(AssertUnwindSafe(run)).inspect_err(|payload| {
            self.state().panic.get_or_insert_with(|| said(&**payload));
        })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn trace(&self) -> Option<MutexGuard<'_, Trace>> {
        let trace = self.trace.as_ref()?;
        Some(trace.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sets all counts to 0, except for those of threads that are running and of children that
    /// live.
    pub(crate) fn reset(&self) {
        let mut state = self.state();
        let Counts { running, living, .. } = state.counts;
        state.counts = Counts { running, living, ..Counts::default() };
    }

    /// Notes that `by` is about to start a thread, perhaps in a scope, which returns a value of the
    /// type `returns`. Returns the new thread's number.
    pub(crate) fn announce(
        &self,
        by: Who,
        place: Place,
        scope: Option<usize>,
        returns: &'static str,
    ) -> Who {
        let mut state = self.state();
        let who = state.threads.len();
        state.threads.push(Thread { scope, ..Thread::default() });
        let counts = &mut state.counts;
        counts.threads += 1;
        counts.returns.push(returns);
        counts.unjoined += 1;
        counts.running += 1;
        counts.threads_at_once = counts.threads_at_once.max(counts.running);
        if explored() {
            state.happened.starts(by, who);
        }
        self.happens(&mut state, by, place, Step::Starts(who));
        who
    }

    /// Notes that `by` is about to start a child process. Returns the child's number.
    ///
    /// # Errors
    ///
    /// When the check has stopped waiting for this run.
    pub(crate) fn announce_child(
        &self,
        by: Who,
        place: Place,
        name: String,
    ) -> io::Result<usize> {
        let mut state = self.state();
        if state.over {
            return Err(io::Error::other("the check is over, and starts no child"));
        }
        state.children.push(Child { id: None, reaped: false });
        let number = state.children.len();
        let counts = &mut state.counts;
        counts.children += 1;
        counts.living += 1;
        counts.children_at_once = counts.children_at_once.max(counts.living);
        let step = Step::StartsChild(number, name);
        self.happens(&mut state, by, place, step);
        Ok(number)
    }

    /// Notes that the child `number` was started as process `id`, or couldn't be started. If the
    /// check has stopped waiting for this run, the child is killed.
    pub(crate) fn started_child(&self, number: usize, id: Option<u32>) {
        let mut state = self.state();
        state.children[number - 1].id = id;
        match id {
            Some(id) if state.over => kill(id),
            Some(_) => {}
            None => {
                state.children[number - 1].reaped = true;
                state.counts.children -= 1;
                state.counts.living -= 1;
            }
        }
    }

    /// Kills every child that nobody has waited for.
    pub(crate) fn kill_children(&self) {
        let state = self.state();
        let left = state.children.iter().filter(|child| !child.reaped);
        left.filter_map(|child| child.id).for_each(kill);
    }

    pub(crate) fn note(&self, who: Who, place: Place, step: Step) {
        let mut state = self.state();
        let state = &mut *state;
        // What it keeps of each thread and thing is much, and only explored runs ask for it.
        if explored() {
            match step {
                Step::Joins(joined) => state.happened.joins(who, joined),
                Step::Takes(lock) => state.happened.asks(who, lock),
                Step::Releases(lock) => state.happened.tells(who, lock),
                // Which message it was is not written down. Better too much than a false alarm.
                Step::Receives(_) => state.happened.learns_all(who),
                _ => {}
            }
        }
        match step {
            Step::Ends | Step::Panics => {
                state.thread(who).ended = true;
                state.counts.running = state.counts.running.saturating_sub(1);
            }
            Step::Joins(joined) => {
                let thread = state.thread(joined);
                if !std::mem::replace(&mut thread.joined, true) {
                    state.counts.unjoined = state.counts.unjoined.saturating_sub(1);
                }
            }
            Step::Takes(lock) => {
                let thread = state.thread(who);
                if thread.holds.is_empty() && !explored() {
                    thread.held_since = cores::computed();
                }
                thread.holds.push(lock);
                let held = thread.holds.len();
                state.counts.locks += 1;
                state.counts.locks_at_once = state.counts.locks_at_once.max(held);
            }
            Step::Releases(lock) => {
                let thread = state.thread(who);
                thread.holds.retain(|held| *held != lock);
                // The caller of an answer is no thread of its own.
                if thread.holds.is_empty() && who != 0 && !explored() {
                    let computed = cores::computed().saturating_sub(thread.held_since);
                    state.counts.computed_with_locks += computed;
                }
            }
            // A thread that waits in a loop does this all the time.
            Step::Yields => {
                state.counts.yields += 1;
                return;
            }
            Step::Reads(..)
            | Step::ReadsOlder(..)
            | Step::Writes(..)
            | Step::Changes(..)
            | Step::Expected(..) => state.counts.atomics += 1,
            Step::KillsChild(_) => state.counts.killed += 1,
            Step::ReapsChild(child) => {
                // It may be a child of another run.
                if let Some(child) = state.children.get_mut(child - 1) {
                    let first = !std::mem::replace(&mut child.reaped, true);
                    state.counts.living -= usize::from(first);
                }
            }
            _ => {}
        }
        self.happens(state, who, place, step);
    }

    /// Writes down a step, when all that it changes is written down already.
    fn happens(&self, state: &mut State, who: Who, place: Place, step: Step) {
        if let Some(mut trace) = self.trace() {
            trace.step(state, who, place, &step);
        }
        state.events.push(Event { who, place, step });
    }

    /// Notes what `who` waits for from now on, and where, if it does wait.
    pub(crate) fn waits(&self, who: Who, waits: Option<(Wait, Option<Place>)>) {
        let mut state = self.state();
        state.thread(who).waits = waits;
        if let Some(mut trace) = self.trace() {
            trace.waits(&state);
        }
    }
}

/// Kills a child that nobody has waited for.
#[cfg(unix)]
fn kill(child: u32) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    // An error does no harm: the child may have ended by itself.
    let _ = kill(Pid::from_raw(child.cast_signed()), Signal::SIGKILL);
}

#[cfg(not(unix))]
fn kill(_: u32) {}
