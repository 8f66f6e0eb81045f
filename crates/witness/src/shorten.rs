//! Looks for a schedule that a reader can follow: one that fails as the first one did, with as few changes of threads as
//! can be, and as few steps.
//!
//! A schedule is told by where it *deviates* from the plain one, in which each thread runs until it waits. First the
//! plain one is tried, then all that deviate from it once, then twice, and so on. See Emmi, Qadeer and Rakamarić,
//! *Delay-Bounded Scheduling* (2011).

use std::sync::{Arc, Mutex, PoisonError};

use shuttle::scheduler::{Schedule, Scheduler, Task, TaskId};

use crate::patterns::{HEADS, TAILS};

/// At a step of a run, which of those goes on who could, if it isn't the first of them: a step and a place. A coin that
/// is tossed is such a step, too, and comes up tails in the plain schedule.
type Deviations = Vec<(usize, usize)>;

/// How many times a schedule deviates at most.
const MOST: usize = 4;

/// How many steps are made in all, to look for it.
const STEPS: usize = 200_000;

/// How many schedules wait to be tried, at most.
const WAITING: usize = 50_000;

/// Of so many that fail, the one with the fewest steps is taken. What fails may leave its stacks behind.
const FAILURES: usize = 20;

/// What a scheduler decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Choice {
    /// Who goes on.
    Task(TaskId),
    /// What a coin shows that the answer's run tosses: whether a thread reads an older value, for one.
    Coin(u64),
}

/// All that was decided in a run, in order.
pub(crate) type Choices = Vec<Choice>;

/// What came of a run.
pub(crate) enum Tried {
    Passed,
    /// It failed as the first one did.
    Alike,
    /// It failed in another way.
    Otherwise,
}

/// The schedule that fails with the fewest deviations, and of those the one with the fewest steps, as far as it was
/// found. `run` runs the answer under a scheduler.
pub(crate) fn shorten(mut run: impl FnMut(Straight) -> Tried) -> Option<Choices> {
    let mut steps = 0;
    let mut level = vec![Deviations::new()];
    for _ in 0..=MOST {
        let (mut next, mut best, mut failures) = (Vec::new(), None::<Choices>, 0);
        for deviations in level {
            if steps > STEPS || failures == FAILURES {
                return best;
            }
            let from = deviations.last().map_or(0, |(step, _)| step + 1);
            let straight = Straight::new(deviations.clone());
            let seen = Arc::clone(&straight.seen);
            let tried = run(straight);
            let Seen { choices, options } =
                std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
            steps += choices.len();
            match tried {
                Tried::Alike => {
                    failures += 1;
                    if best.as_ref().is_none_or(|best| choices.len() < best.len()) {
                        best = Some(choices);
                    }
                }
                Tried::Passed => {
                    let further = (from..options.len())
                        .flat_map(|step| (1..options[step]).map(move |to| (step, to)));
                    let further = further.take(WAITING.saturating_sub(next.len()));
                    next.extend(further.map(|last| {
                        let mut deviations = deviations.clone();
                        deviations.push(last);
                        deviations
                    }));
                }
                Tried::Otherwise => {}
            }
        }
        if best.is_some() {
            return best;
        }
        level = next;
    }
    None
}

/// One schedule: each thread runs until it waits, or lets others run, and then it is the turn of the thread that was
/// started first; but for the deviations.
pub(crate) struct Straight {
    deviations: Deviations,
    seen: Arc<Mutex<Seen>>,
    begun: bool,
}

/// What was decided at each step, and between how many.
#[derive(Default)]
struct Seen {
    choices: Choices,
    options: Vec<usize>,
}

impl Straight {
    fn new(deviations: Deviations) -> Self {
        Self { deviations, seen: Arc::default(), begun: false }
    }

    /// Decides for one of these, and remembers that.
    fn choose(&self, options: &[Choice]) -> Option<Choice> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let step = seen.options.len();
        let deviation = self.deviations.iter().find(|(at, _)| *at == step);
        let chosen = *options.get(deviation.map_or(0, |(_, to)| *to))?;
        seen.options.push(options.len());
        seen.choices.push(chosen);
        Some(chosen)
    }
}

impl Scheduler for Straight {
    fn new_execution(&mut self) -> Option<Schedule> {
        let first = !std::mem::replace(&mut self.begun, true);
        first.then(|| Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        let mut ids: Vec<_> = runnable.iter().map(|task| task.id()).collect();
        if let Some(current) = current {
            let at = usize::from(current);
            // Whoever lets others run is the last, and those after it are the first.
            ids.sort_by_key(|id| match usize::from(*id) {
                id if id == at => (if is_yielding { 2 } else { 0 }, id),
                id if id > at || !is_yielding => (1 - usize::from(is_yielding), id),
                id => (1, id),
            });
        }
        let options: Vec<_> = ids.into_iter().map(Choice::Task).collect();
        match self.choose(&options)? {
            Choice::Task(chosen) => Some(chosen),
            Choice::Coin(_) => None,
        }
    }

    fn next_u64(&mut self) -> u64 {
        match self.choose(&[TAILS, HEADS].map(Choice::Coin)) {
            Some(Choice::Coin(shows)) => shows,
            _ => TAILS,
        }
    }
}

/// Runs a schedule once more.
pub(crate) struct Again {
    choices: std::vec::IntoIter<Choice>,
    begun: bool,
}

impl Again {
    pub(crate) fn new(choices: Choices) -> Self {
        Self { choices: choices.into_iter(), begun: false }
    }
}

impl Scheduler for Again {
    fn new_execution(&mut self) -> Option<Schedule> {
        let first = !std::mem::replace(&mut self.begun, true);
        first.then(|| Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        _current: Option<TaskId>,
        _is_yielding: bool,
    ) -> Option<TaskId> {
        let next = self.choices.next();
        let mut ids = runnable.iter().map(|task| task.id());
        // An answer that does something else the second time is told of that.
        ids.clone().find(|id| Some(Choice::Task(*id)) == next).or_else(|| ids.next())
    }

    fn next_u64(&mut self) -> u64 {
        match self.choices.next() {
            Some(Choice::Coin(shows)) => shows,
            _ => TAILS,
        }
    }
}
