//! Runs an answer under every schedule, or under many that are rolled with dice: chosen at random.

use std::any::Any;
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::panic::{self, AssertUnwindSafe, Location};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Duration;

use shuttle::scheduler::{RandomScheduler, Schedule, Scheduler, Task, TaskId};
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::patterns::{Dice, Every, Patterns};
use crate::record::{self, Record};
use crate::shorten::{self, Again, Choice, Choices, Tried};
use crate::state::Conditions;
use crate::step::Place;
use crate::story;
use crate::trace::{self, Trace};

/// How many schedules are tried one after the other; where there are more, others are rolled with
/// dice.
const MOST: usize = 20_000;

/// How many schedules are rolled for a sample, with each kind of dice.
const SAMPLED: usize = 40;

/// How many sleeps on a condition variable end for no reason, each under schedules of its own.
const SPURIOUS: usize = 4;

/// How many schedules are rolled for each of these sleeps, with each kind of dice.
const WOKEN: usize = 15;

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

/// How the complaint about a run begins in which nothing happens any more.
const STUCK: &str = "it doesn't end";

/// The seed of the dice: always the same, so that every check of an answer tries the same
/// schedules.
const SEED: u64 = 7;

/// The depth of the bugs that [`Dice`] look for: how many steps have to come in a certain
/// order before the bug shows. See Burckhardt and others, *A Randomized Scheduler with
/// Probabilistic Guarantees of Finding Bugs* (2010).
const DEPTH: usize = 3;

/// A run that takes more steps than this spins, or has no end. No exercise needs half of them.
const STEPS: usize = 100_000;

/// How long it takes from one look at the steps of a run to the next.
const LOOK: Duration = Duration::from_millis(100);

/// When so many looks in a row have seen no new step, the run has no end. The looks are counted, and
/// not the time: on a machine that is busy, or asleep, the thread that looks is as late as the run.
const LOOKS: usize = 20;

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

/// Runs `answer` under some schedules that are as different as can be, and then under every
/// schedule; returns the result of each run. Where there are too many schedules, `answer` runs under
/// the first 20,000, and then under some thousand that are rolled with dice, always the same. After
/// that, it runs under some in which a condition variable wakes up for no reason.
///
/// A thread that waits has to wait by blocking; for an answer that spins there is [`roll`]. Under
/// the same schedule, `answer` has to do the same each time: nothing in it may depend on the clock,
/// on dice, or on the order of a `HashMap`.
///
/// # Panics
///
/// When a run panics, spins, doesn't end, or comes to a deadlock: with the schedule in words. And
/// within another run.
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
    let mut exploration = Exploration::of(answer, explanation, true);
    let all = exploration.explore();
    exploration.results(all)
}

/// Runs `answer` under some two hundred schedules that are as different as can be, and returns the
/// result of each run. In some, the thread that was started first goes first, or the one that was
/// started last. In some, one thread is interrupted all the time: after each of its steps, others
/// make a few. In some, one thread stops until no other can go on. And some are rolled with dice.
///
/// This is for an answer that has so many threads, or takes so many steps, that [`explore`] would
/// see little of it.
///
/// # Panics
///
/// As [`explore`].
#[track_caller]
pub fn sample<T: Send + 'static>(
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    sample_or_explain("", answer)
}

/// As [`sample`]; when a run comes to a deadlock, the message of the panic also has `explanation`,
/// which says what that probably means.
///
/// # Panics
///
/// As [`explore`].
#[track_caller]
pub fn sample_or_explain<T: Send + 'static>(
    explanation: &str,
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    let mut exploration = Exploration::of(answer, explanation, true);
    exploration.sample();
    exploration.results(false)
}

/// Runs `answer` under some thousand schedules that are rolled with dice, always the same, and
/// returns the result of each run. A thread that spins has to call
/// [`yield_now`](crate::thread::yield_now) each time.
///
/// # Panics
///
/// When a run panics, doesn't end, or comes to a deadlock: with the schedule in words.
#[track_caller]
pub fn roll<T: Send + 'static>(
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    roll_some(ROLLED, answer)
}

/// As [`roll`], under as many schedules as `times` says with each kind of dice.
///
/// # Panics
///
/// As [`roll`].
#[track_caller]
pub fn roll_some<T: Send + 'static>(
    times: usize,
    answer: impl Fn() -> T + Send + Sync + 'static,
) -> Explored<T> {
    let mut exploration = Exploration::of(answer, "", false);
    exploration.roll(times);
    exploration.results(false)
}

/// What a run returned, whatever its type. So all below is compiled once, and not for each check of each
/// answer: that took most of an answer's time.
type Returned = Box<dyn Any + Send>;

/// All runs of an answer for one check.
struct Exploration<'a> {
    answer: Arc<dyn Fn() -> Returned + Send + Sync>,
    explanation: &'a str,
    place: Place,
    conditions: Conditions,
    results: Vec<Returned>,
    /// How many schedules were tried.
    tried: usize,
}

impl<'a> Exploration<'a> {
    #[track_caller]
    fn of<T: Send + 'static>(
        answer: impl Fn() -> T + Send + Sync + 'static,
        explanation: &'a str,
        refuse_spins: bool,
    ) -> Self {
        record::refuse_nested();
        Self {
            answer: Arc::new(move || Box::new(answer())),
            explanation,
            place: Location::caller(),
            conditions: Conditions { refuse_spins, spurious: None },
            results: Vec::new(),
            tried: 0,
        }
    }

    /// What the runs returned.
    fn results<T: 'static>(self, all: bool) -> Explored<T> {
        let typed = |result: Returned| *result.downcast().expect("a run returns a T");
        Explored { results: self.results.into_iter().map(typed).collect(), all }
    }

    /// Runs the answer under every schedule, or as many as can be. Returns whether that were all.
    #[track_caller]
    fn explore(&mut self) -> bool {
        // What is found here is found soon.
        self.run(Patterns::new());
        let before = self.tried;
        self.run(Every::new(MOST, DICE));
        let all = self.tried - before < MOST;
        if !all {
            self.roll(ROLLED);
        }
        self.wake_for_nothing();
        all
    }

    /// Runs the answer under schedules that are as different as can be.
    #[track_caller]
    fn sample(&mut self) {
        self.run(Patterns::new());
        self.roll(SAMPLED);
        self.wake_for_nothing();
    }

    /// Runs the answer under so many schedules with each kind of dice.
    #[track_caller]
    fn roll(&mut self, times: usize) {
        self.run(RandomScheduler::new_from_seed(SEED, times));
        self.run(Dice::new(SEED, DEPTH, times));
    }

    /// The first sleep on a condition variable ends for no reason; the second one; and so on.
    #[track_caller]
    fn wake_for_nothing(&mut self) {
        for sleep in 1..=SPURIOUS {
            self.conditions.spurious = Some(sleep);
            let slept = self.run(RandomScheduler::new_from_seed(SEED, WOKEN));
            if slept < sleep {
                break;
            }
            self.run(Dice::new(SEED, DEPTH, WOKEN));
        }
    }

    /// Runs the answer under the schedules of `scheduler`. Returns how many times threads went to
    /// sleep on a condition variable in a run, at most.
    #[track_caller]
    fn run(&mut self, scheduler: impl Scheduler + Send + 'static) -> usize {
        let progress = Progress::new(self.conditions, self.place);
        match self.outcome(scheduler, &progress) {
            Ok(results) => {
                self.tried += progress.begun();
                self.results.extend(results);
                progress.sleeps.load(SeqCst)
            }
            Err(said) => {
                let schedule = self.tried + progress.begun();
                let story = story::tell(&progress.record().state());
                let further = match trace::asked() {
                    Some(file) => self.show(&file, &said, progress.choices(), schedule),
                    None => self.how_to_see(),
                };
                let said = self.explained(said);
                panic!("{said}\n\nIt happened in schedule {schedule}:\n{story}{further}")
            }
        }
    }

    /// What came of the answer under the schedules of `scheduler`: what the runs returned, or what went
    /// wrong in the last one.
    fn outcome(
        &self,
        scheduler: impl Scheduler + Send + 'static,
        progress: &Arc<Progress>,
    ) -> Result<Vec<Returned>, String> {
        let (report, outcome) = mpsc::channel();
        let explorer = {
            let (progress, answer) = (Arc::clone(progress), Arc::clone(&self.answer));
            // When this took too long, nobody receives the results any more.
            move || drop(report.send(schedules(scheduler, &progress, answer)))
        };
        std::thread::spawn(explorer);
        let (mut seen, mut looks) = (0, 0);
        loop {
            match outcome.recv_timeout(LOOK) {
                Ok(outcome) => break outcome,
                Err(RecvTimeoutError::Timeout) if looks < LOOKS => {
                    let steps = progress.steps.load(SeqCst);
                    looks = if steps > seen { 0 } else { looks + 1 };
                    seen = steps;
                }
                Err(_) => {
                    break Err(format!(
                        "{STUCK}: it computes for ever, or waits for something that no check can \
                         see. Are all threads, locks and channels those of `witness`?"
                    ));
                }
            }
        }
    }

    fn explained(&self, said: String) -> String {
        match self.explanation {
            explanation if said.starts_with(ENDLESS) => format!("{said}\n{explanation}"),
            _ => said,
        }
    }

    /// Writes to `file` what happens under a schedule that fails as the one with these choices did,
    /// and that is as short as can be. Returns what went wrong with it, if something did.
    fn show(&self, file: &Path, said: &str, choices: Choices, schedule: usize) -> String {
        let alike = |outcome: &Result<Vec<Returned>, String>| match outcome {
            Ok(_) => Tried::Passed,
            Err(other) if gist(other) == gist(said) => Tried::Alike,
            Err(_) => Tried::Otherwise,
        };
        // What is stuck would be so again and again, and take its time.
        let shorter = if said.starts_with(STUCK) {
            None
        } else {
            shorten::shorten(|straight| {
                let progress = Progress::new(self.conditions, self.place);
                alike(&self.outcome(straight, &progress))
            })
        };
        let progress = Progress::traced(self.conditions, self.place);
        let outcome = self.outcome(Again::new(shorter.unwrap_or(choices)), &progress);
        let said = match (alike(&outcome), outcome) {
            (Tried::Alike, Err(said)) => self.explained(said),
            _ => DICE.into(),
        };
        let record = progress.record();
        let state = record.state();
        let Some(mut trace) = record.trace() else { return String::new() };
        if said.starts_with(ENDLESS) {
            trace.nobody_goes_on(&state);
        }
        match trace.write(file, &state, &said, schedule) {
            Ok(()) => String::new(),
            Err(error) => format!("(no trace in {}: {error})\n", file.display()),
        }
    }

    /// Where a student can see the schedule step by step: in an exercise of the course, where `cargo course` runs.
    fn how_to_see(&self) -> String {
        let exercise = Path::new(self.place.file());
        match exercise.file_stem() {
            Some(name)
                if exercise.starts_with("exercises") && cfg!(target_os = "linux") =>
            {
                let name = name.display();
                format!(
                    "\n`cargo course show {name}` opens this as a page, to step through.\n"
                )
            }
            _ => String::new(),
        }
    }
}

/// What two complaints have in common that say the same of other numbers.
fn gist(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    first.chars().filter(|character| !character.is_ascii_digit()).collect()
}

/// Which schedule is at work, and what has happened under it.
struct Progress {
    conditions: Conditions,
    place: Place,
    begun: AtomicUsize,
    steps: AtomicUsize,
    record: Mutex<Arc<Record>>,
    failed: AtomicBool,
    sleeps: AtomicUsize,
    /// What was decided in the schedule that is at work.
    choices: Mutex<Choices>,
    /// Whether what happens is kept step by step.
    traced: bool,
}

impl Progress {
    fn new(conditions: Conditions, place: Place) -> Arc<Self> {
        Self::of(conditions, place, false)
    }

    fn traced(conditions: Conditions, place: Place) -> Arc<Self> {
        Self::of(conditions, place, true)
    }

    fn of(conditions: Conditions, place: Place, traced: bool) -> Arc<Self> {
        Arc::new(Self {
            conditions,
            place,
            begun: AtomicUsize::new(0),
            steps: AtomicUsize::new(0),
            record: Mutex::new(Record::under(conditions, place, None)),
            failed: AtomicBool::new(false),
            sleeps: AtomicUsize::new(0),
            choices: Mutex::default(),
            traced,
        })
    }

    fn begin(&self) -> Arc<Record> {
        self.begun.fetch_add(1, SeqCst);
        let trace = self.traced.then(Trace::default);
        let record = Record::under(self.conditions, self.place, trace);
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&record);
        record
    }

    fn begun(&self) -> usize {
        self.begun.load(SeqCst)
    }

    fn chooses(&self, choice: Choice) {
        self.choices.lock().unwrap_or_else(PoisonError::into_inner).push(choice);
    }

    /// Those of the schedule that is at work, which nobody needs any more.
    fn choices(&self) -> Choices {
        let mut choices = self.choices.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *choices)
    }

    fn record(&self) -> Arc<Record> {
        Arc::clone(&self.record.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs `answer` under each schedule, with a record of its own. Returns what the runs
/// returned, or what went wrong in the last one.
fn schedules(
    scheduler: impl Scheduler + 'static,
    progress: &Arc<Progress>,
    answer: Arc<dyn Fn() -> Returned + Send + Sync>,
) -> Result<Vec<Returned>, String> {
    let results = Arc::new(Mutex::new(Vec::new()));
    let one = {
        let (progress, results) = (Arc::clone(progress), Arc::clone(&results));
        move || {
            let record = progress.begin();
            // This thread stays in the run when the answer has returned, since threads that nobody
            // joins run on.
            record::begin_run(Arc::clone(&record));
            let result = record.catch(|| answer());
            progress.sleeps.fetch_max(record.state().sleeps, SeqCst);
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
            self.progress.choices();
            self.scheduler.new_execution()
        }
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        self.progress.steps.fetch_add(1, SeqCst);
        let next = self.scheduler.next_task(runnable, current, is_yielding)?;
        self.progress.chooses(Choice::Task(next));
        // Who could have gone on, and neither waits nor lets others run, is interrupted.
        if self.progress.traced
            && let Some(current) =
                current.filter(|current| *current != next && !is_yielding)
            && runnable.iter().any(|task| task.id() == current)
        {
            let record = self.progress.record();
            let task = usize::from(current);
            let who = record.state().tasks.get(&task).copied().unwrap_or(0);
            if let Some(mut trace) = record.trace() {
                trace.interrupts(who);
            }
        }
        Some(next)
    }

    fn next_u64(&mut self) -> u64 {
        let shows = self.scheduler.next_u64();
        self.progress.chooses(Choice::Coin(shows));
        shows
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
pub(crate) fn silently<T>(run: impl FnOnce() -> T) -> T {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let hook = panic::take_hook();
        // Shuttle's first run sets a hook of its own, which always prints. So we let it have a run
        // first, and then put our hook in place of its own.
        Runner::new(RandomScheduler::new_from_seed(SEED, 1), config()).run(|| ());
        panic::set_hook(Box::new(move |panic| {
            if SILENT.get() {
                record::panics(panic.location());
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

pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config.silence_warnings = true;
    config.failure_persistence = FailurePersistence::None;
    config.stack_size = STACK;
    config.max_steps = MaxSteps::FailAfter(STEPS);
    config
}
