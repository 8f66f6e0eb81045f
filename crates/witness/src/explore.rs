//! Runs an answer under every schedule, or under many that are rolled with dice: chosen at random.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe, Location};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, Once, PoisonError};

use shuttle::scheduler::{
    DfsScheduler, PctScheduler, RandomScheduler, Schedule, Scheduler, Task, TaskId,
};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::real::PATIENCE;
use crate::record::{self, Record};
use crate::state::Place;
use crate::story;

/// How many schedules are tried one after the other; where there are more, others are rolled with
/// dice.
const MOST: usize = 20_000;

/// How many schedules are rolled with each kind of dice.
const ROLLED: usize = 2_000;

/// The complaint when shuttle itself fails, since the answer did something else under the same
/// schedule.
const DICE: &str = "the same schedule came out differently the second time. Does the answer \
                    depend on the clock, on dice, or on the order of a HashMap or a HashSet?";

/// The stack of a thread, in bytes.
const STACK: usize = 1 << 20;

/// The complaint about a run in which every thread waits for another.
const ENDLESS: &str = "deadlock: nobody can go on";

/// The seed of the dice: always the same, so that every check of an answer tries the same
/// schedules.
const SEED: u64 = 7;

/// The depth of the bugs that [`PctScheduler`] looks for: how many steps have to come in a certain
/// order before the bug shows. See Burckhardt and others, *A Randomized Scheduler with
/// Probabilistic Guarantees of Finding Bugs* (2010).
const DEPTH: usize = 3;

/// A run that takes more steps than this spins, or has no end. No exercise needs nearly as many.
const STEPS: usize = 20_000;

/// What came out under all the schedules that were tried.
#[derive(Clone, Debug)]
pub struct Explored<T> {
    /// What each run returned.
    pub results: Vec<T>,
    /// Whether these are the results of all schedules that there are.
    pub all: bool,
}

impl<T> Explored<T> {
    /// The largest value that `part` returns for the result of a run.
    ///
    /// # Panics
    ///
    /// When no schedule was tried.
    pub fn most<N: Ord>(&self, part: impl Fn(&T) -> N) -> N {
        self.results.iter().map(part).max().expect("at least one schedule was tried")
    }
}

/// Runs `answer` under every schedule, and returns the result of each run. Where there are too many
/// schedules, `answer` runs under the first 20,000, and then under some thousand that are rolled
/// with dice, always the same.
///
/// A thread that waits has to wait by blocking; for an answer that spins there is [`roll`]. Under
/// the same schedule, `answer` has to do the same each time: nothing in it may depend on the clock,
/// on dice, or on the order of a `HashMap`.
///
/// # Panics
///
/// When a run panics, doesn't end, or comes to a deadlock: with the schedule in words.
#[track_caller]
pub fn explore<T: Send + 'static>(
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    explore_or_explain("", answer)
}

/// As [`explore`]; when a run comes to a deadlock, the message of the panic also has `explanation`,
/// which says what that probably means.
///
/// # Panics
///
/// As [`explore`].
#[track_caller]
pub fn explore_or_explain<T: Send + 'static>(
    explanation: &str,
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    let answer = Arc::new(answer);
    let schedule = |most| DfsScheduler::new(Some(most), false);
    let (mut results, _) = run(schedule(MOST), 0, explanation, Arc::clone(&answer));
    let all = results.len() < MOST;
    if !all {
        results.extend(rolled(MOST, explanation, answer));
    }
    Explored { results, all }
}

/// Runs `answer` under some thousand schedules that are rolled with dice, always the same, and
/// returns the result of each run. A thread that spins has to call
/// [`yield_now`](crate::thread::yield_now) each time.
///
/// # Panics
///
/// As [`explore`].
#[track_caller]
pub fn roll<T: Send + 'static>(
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    Explored { results: rolled(0, "", Arc::new(answer)), all: false }
}

#[track_caller]
fn rolled<T: Send + 'static>(
    before: usize,
    explanation: &str,
    answer: Arc<impl Fn() -> T + Send + Sync + 'static>,
) -> Vec<T> {
    let dice = RandomScheduler::new_from_seed(SEED, ROLLED);
    let (mut results, threads) = run(dice, before, explanation, Arc::clone(&answer));
    // The other dice refuse an answer that starts no thread. All its runs are the same anyway.
    if threads {
        let dice = PctScheduler::new_from_seed(SEED, DEPTH, ROLLED);
        results.extend(run(dice, before + ROLLED, explanation, answer).0);
    }
    results
}

/// Runs `answer` under the schedules of `scheduler`, after `before` others. Returns what the
/// runs returned, and whether any started a thread.
#[track_caller]
fn run<T: Send + 'static>(
    scheduler: impl Scheduler + Send + 'static,
    before: usize,
    explanation: &str,
    answer: Arc<impl Fn() -> T + Send + Sync + 'static>,
) -> (Vec<T>, bool) {
    let progress = Progress::new(Location::caller());
    let (report, outcome) = mpsc::channel();
    let explorer = {
        let progress = Arc::clone(&progress);
        // When this took too long, nobody receives the results any more.
        move || drop(report.send(schedules(scheduler, &progress, answer)))
    };
    std::thread::spawn(explorer);
    let mut seen = 0;
    let outcome = loop {
        match outcome.recv_timeout(PATIENCE) {
            Ok(outcome) => break outcome,
            Err(RecvTimeoutError::Timeout) if progress.begun() > seen => {
                seen = progress.begun();
            }
            Err(_) => {
                break Err(
                    "it doesn't end: it computes for ever, or waits for something that no check \
                     can see. Are all threads, locks and channels those of `witness`?"
                        .into(),
                );
            }
        }
    };
    match outcome {
        Ok(results) => (results, progress.threads.load(SeqCst)),
        Err(said) => {
            let schedule = before + progress.begun();
            let story = story::tell(&progress.record().state());
            let said = match explanation {
                explanation if said.starts_with(ENDLESS) => {
                    format!("{said}\n{explanation}")
                }
                _ => said,
            };
            panic!("{said}\n\nIt happened in schedule {schedule}:\n{story}")
        }
    }
}

/// Which schedule is at work, and what has happened under it.
struct Progress {
    place: Place,
    begun: AtomicUsize,
    record: Mutex<Arc<Record>>,
    failed: AtomicBool,
    threads: AtomicBool,
}

impl Progress {
    fn new(place: Place) -> Arc<Self> {
        Arc::new(Self {
            place,
            begun: AtomicUsize::new(0),
            record: Mutex::new(Record::new(place)),
            failed: AtomicBool::new(false),
            threads: AtomicBool::new(false),
        })
    }

    fn begin(&self) -> Arc<Record> {
        self.begun.fetch_add(1, SeqCst);
        let record = Record::new(self.place);
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&record);
        record
    }

    fn begun(&self) -> usize {
        self.begun.load(SeqCst)
    }

    fn record(&self) -> Arc<Record> {
        Arc::clone(&self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs `answer` under each schedule, with a record of its own. Returns what the runs
/// returned, or what went wrong in the last one.
fn schedules<T: Send + 'static>(
    scheduler: impl Scheduler + 'static,
    progress: &Arc<Progress>,
    answer: Arc<impl Fn() -> T + Send + Sync + 'static>,
) -> Result<Vec<T>, String> {
    let results = Arc::new(Mutex::new(Vec::new()));
    let one = {
        let (progress, results) = (Arc::clone(progress), Arc::clone(&results));
        move || {
            let record = progress.begin();
            // This thread stays in the run when the answer has returned, since threads that nobody
            // joins run on.
            record::begin_run(Arc::clone(&record));
            let result = record.catch(|| answer());
            progress.threads.fetch_or(record.state().threads.len() > 1, SeqCst);
            match result {
                Ok(result) if record.state().panic.is_none() => {
                    results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
                _ => progress.failed.store(true, SeqCst),
            }
        }
    };
    let scheduler = UntilFailure {
        scheduler: ManuallyDrop::new(scheduler),
        progress: Arc::clone(progress),
    };
    let run = || Runner::new(scheduler, config()).run(one);
    let ended = silently(|| panic::catch_unwind(AssertUnwindSafe(run)));
    if let Some(said) = progress.record().state().panic.take() {
        return Err(if INSIDE.get() == Some(true) { DICE.into() } else { said });
    }
    match ended {
        Ok(_) => {
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(std::mem::take(&mut *results))
        }
        Err(payload) => Err(shuttle_said(&record::said(&*payload), &progress.record())),
    }
}

/// A scheduler that tries no other schedule when one has failed.
struct UntilFailure<S> {
    // Never dropped: when a run comes to a deadlock, that would print how to replay it with
    // shuttle, which means nothing to readers who solve an exercise.
    scheduler: ManuallyDrop<S>,
    progress: Arc<Progress>,
}

impl<S: Scheduler> Scheduler for UntilFailure<S> {
    fn new_execution(&mut self) -> Option<Schedule> {
        if self.progress.failed.load(SeqCst) {
            None
        } else {
            self.scheduler.new_execution()
        }
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        self.scheduler.next_task(runnable, current, is_yielding)
    }

    fn next_u64(&mut self) -> u64 {
        self.scheduler.next_u64()
    }
}

/// What shuttle says of a run that can't go on, in our words.
fn shuttle_said(said: &str, record: &Record) -> String {
    if said.starts_with("deadlock!") {
        format!("{ENDLESS}.\n{}", story::who_waits(&record.state()))
    } else if said.starts_with("exceeded max_steps") {
        format!("it doesn't end: after {STEPS} steps it still runs. Does it spin?")
    } else {
        DICE.into()
    }
}

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
    /// Whether the first panic came from shuttle itself.
    static INSIDE: Cell<Option<bool>> = const { Cell::new(None) };
}

/// Calls `run`. Panics of this thread print nothing meanwhile, since the caller tells them in
/// words.
fn silently<T>(run: impl FnOnce() -> T) -> T {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        // Shuttle's first run sets a hook of its own, which always prints. So we let it have a run
        // first, and then put our hook in place of its own.
        Runner::new(RandomScheduler::new_from_seed(SEED, 1), config()).run(|| ());
        panic::set_hook(Box::new(move |panic| {
            if SILENT.get() {
                let file = panic.location().map_or("", |location| location.file());
                let inside = INSIDE.get().unwrap_or_else(|| file.contains("shuttle-"));
                INSIDE.set(Some(inside));
            } else {
                hook(panic);
            }
        }));
    });
    SILENT.set(true);
    let result = run();
    SILENT.set(false);
    result
}

fn config() -> Config {
    let mut config = Config::new();
    config.silence_warnings = true;
    config.failure_persistence = FailurePersistence::None;
    config.stack_size = STACK;
    config.max_steps = MaxSteps::FailAfter(STEPS);
    config
}
