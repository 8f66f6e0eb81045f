//! Schedules that are as different as can be, for an answer that has too many to try them all; all of
//! them; and dice.

use std::iter;

use shuttle::rand::{RngCore, thread_rng};
use shuttle::scheduler::{PctScheduler, Schedule, Scheduler, Task, TaskId};

/// How many threads are interrupted all the time, or stopped, each under schedules of its own.
const VICTIMS: usize = 3;

/// After how many of its steps, at most, a thread is stopped.
const LAST: usize = 10;

/// After how many steps of other threads, at most, such a thread goes on. These are steps of
/// shuttle's, and one of ours takes one or two of them, so the others get something done meanwhile.
const STEPS: usize = 6;

/// Which thread goes first.
#[derive(Clone, Copy, Debug)]
enum Pattern {
    /// The thread that was started first.
    Oldest,
    /// The thread that was started last.
    Newest,
    /// The thread that called the answer, so that it can start all others. When it waits, the thread
    /// with the first number makes one step, and then the others make as many as the second number
    /// says; and so on.
    Interrupted(usize, usize),
    /// The thread that was started first. But the thread with the first number stops after as many
    /// steps as the second number says, until no other can go on. If it holds a lock that others
    /// need, they wait, and a thread that waits in a loop is noticed.
    Stopped(usize, usize),
}

/// Tries each pattern once.
#[derive(Debug)]
pub(crate) struct Patterns {
    left: Vec<Pattern>,
    now: Pattern,
    /// How many steps the others have made since the last step of the thread that is interrupted.
    others: usize,
    /// How many steps the thread that is to stop has made.
    made: usize,
}

impl Patterns {
    pub(crate) fn new() -> Self {
        let interrupted = (1..=VICTIMS).flat_map(|victim| {
            (1..=STEPS).map(move |steps| Pattern::Interrupted(victim, steps))
        });
        let stopped = (0..VICTIMS).flat_map(|victim| {
            (1..=LAST).map(move |steps| Pattern::Stopped(victim, steps))
        });
        let all = iter::once(Pattern::Newest).chain(interrupted).chain(stopped);
        let left = all.chain([Pattern::Oldest]).collect();
        Self { left, now: Pattern::Oldest, others: 0, made: 0 }
    }
}

impl Scheduler for Patterns {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.now = self.left.pop()?;
        (self.others, self.made) = (0, 0);
        // The seed of random numbers, which no answer asks for.
        Some(Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        _current: Option<TaskId>,
        _is_yielding: bool,
    ) -> Option<TaskId> {
        let mut ids = runnable.iter().map(|task| task.id());
        match self.now {
            Pattern::Oldest => ids.next(),
            Pattern::Newest => ids.next_back(),
            Pattern::Interrupted(victim, steps) => {
                let victim = TaskId::from(victim);
                let caller = ids.clone().find(|id| *id == TaskId::from(0));
                let waits = ids.clone().any(|id| id == victim);
                let other = ids.find(|id| *id != victim);
                let next = match (caller, other) {
                    (Some(caller), _) => return Some(caller),
                    (None, Some(other)) if !waits || self.others < steps => other,
                    _ => victim,
                };
                self.others = if next == victim { 0 } else { self.others + 1 };
                Some(next)
            }
            Pattern::Stopped(victim, steps) => {
                let victim = TaskId::from(victim);
                let stopped = |id: &TaskId| *id == victim && self.made >= steps;
                let next = ids.clone().find(|id| !stopped(id)).or_else(|| ids.next());
                self.made += usize::from(next == Some(victim));
                next
            }
        }
    }

    fn next_u64(&mut self) -> u64 {
        TAILS
    }
}

/// A number that [`heads`] takes for heads.
pub(crate) const HEADS: u64 = u64::MAX;

/// A number that [`heads`] takes for tails.
pub(crate) const TAILS: u64 = 0;

/// Tosses a coin of the present schedule, as part of it: one that comes up heads one time in four, or as
/// the scheduler has it.
pub(crate) fn heads() -> bool {
    thread_rng().next_u64() > HEADS / 4 * 3
}

/// Tries all schedules one after the other, with all that comes of the coins that are tossed in them.
#[derive(Debug)]
pub(crate) struct Every {
    /// How many more it may try.
    left: usize,
    /// What was chosen under the present schedule, and of how many.
    choices: Vec<(usize, usize)>,
    /// How many of these choices the present run has come to.
    made: usize,
    complaint: &'static str,
}

impl Every {
    /// All schedules, but no more than so many. When a run has another choice than the one before, it
    /// panics with `complaint`.
    pub(crate) fn new(most: usize, complaint: &'static str) -> Self {
        Self { left: most, choices: Vec::new(), made: 0, complaint }
    }

    fn choose(&mut self, of: usize) -> usize {
        let before = self.choices.get(self.made).copied();
        self.made += 1;
        let Some((choice, were)) = before else {
            self.choices.push((0, of));
            return 0;
        };
        assert!(were == of, "{}", self.complaint);
        choice
    }
}

impl Scheduler for Every {
    fn new_execution(&mut self) -> Option<Schedule> {
        self.left = self.left.checked_sub(1)?;
        let first = self.choices.is_empty();
        while self.choices.pop_if(|(choice, of)| *choice + 1 == *of).is_some() {}
        match self.choices.last_mut() {
            Some((choice, _)) => *choice += 1,
            None if first => {}
            None => return None,
        }
        self.made = 0;
        Some(Schedule::new(0))
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        _current: Option<TaskId>,
        _is_yielding: bool,
    ) -> Option<TaskId> {
        Some(runnable[self.choose(runnable.len())].id())
    }

    fn next_u64(&mut self) -> u64 {
        if self.choose(2) == 1 { HEADS } else { TAILS }
    }
}

/// The dice of [`PctScheduler`], which refuses an answer that never leaves it a choice between two
/// threads. Then all schedules are the same, and one is enough.
#[derive(Debug)]
pub(crate) struct Dice {
    dice: PctScheduler,
    begun: bool,
    choice: bool,
}

impl Dice {
    /// Dice for so many schedules, which look for bugs of this depth.
    pub(crate) fn new(seed: u64, depth: usize, schedules: usize) -> Self {
        let dice = PctScheduler::new_from_seed(seed, depth, schedules);
        Self { dice, begun: false, choice: false }
    }
}

impl Scheduler for Dice {
    fn new_execution(&mut self) -> Option<Schedule> {
        if self.begun && !self.choice {
            return None;
        }
        self.begun = true;
        self.dice.new_execution()
    }

    fn next_task(
        &mut self,
        runnable: &[&Task],
        current: Option<TaskId>,
        is_yielding: bool,
    ) -> Option<TaskId> {
        self.choice |= runnable.len() > 1;
        self.dice.next_task(runnable, current, is_yielding)
    }

    fn next_u64(&mut self) -> u64 {
        self.dice.next_u64()
    }
}
