//! Whose turn it is, and what has happened at each.

use std::collections::BTreeSet;

use super::{End, Played, and, leave_out, letter, letters, told};
use crate::state::State;
use crate::step::{Step, Wait, Who};
use crate::story;

/// A schedule, and how far it has come.
pub(super) struct Game {
    schedule: Vec<char>,
    /// How many of its turns were begun.
    begun: usize,
    now: Option<Turn>,
    /// Who has had a turn.
    played: BTreeSet<Who>,
    turns: String,
    /// Why a turn couldn't be made. Perhaps nobody else can go on, either.
    stuck: Option<String>,
    end: Option<End>,
}

/// A turn that isn't over yet.
struct Turn {
    who: Who,
    /// How many steps were made before, by all.
    before: usize,
    /// Whether the schedule has it. When the schedule is over, we look whether anybody can go on.
    asked: bool,
}

impl Game {
    pub(super) fn new(schedule: &str) -> Self {
        Self {
            schedule: schedule.chars().filter(|c| !c.is_whitespace()).collect(),
            begun: 0,
            now: None,
            played: BTreeSet::new(),
            turns: String::new(),
            stuck: None,
            end: None,
        }
    }

    /// Which of the tasks in `runnable` goes on.
    pub(super) fn next(&mut self, state: &mut State, runnable: &[usize]) -> usize {
        let task = |state: &State, who: Who| {
            runnable.iter().copied().find(|task| state.tasks.get(task) == Some(&who))
        };
        if let Some(Turn { who, .. }) = self.now {
            match task(state, who) {
                Some(task) if !stands(state, who) => return task,
                _ => self.end_turn(state),
            }
        }
        // First the caller starts all threads, and each goes as far as its first step.
        let prepares = |task: &&usize| {
            let fresh = |who: &Who| !self.played.contains(who) && !stands(state, *who);
            **task == 0 || state.tasks.get(*task).is_none_or(fresh)
        };
        if let Some(task) = runnable.iter().find(prepares) {
            return *task;
        }
        while self.end.is_none() {
            let asked = self.stuck.is_none() && self.begun < self.schedule.len();
            let who = match asked.then(|| self.begin_turn(state)) {
                Some(Ok(who)) => who,
                Some(Err(why)) => {
                    self.end = Some(End::Unplayable(why));
                    break;
                }
                None => state.tasks[&runnable[0]],
            };
            self.now = Some(Turn { who, before: steps(state), asked });
            match task(state, who) {
                Some(task) => {
                    if let Some(them) = &mut state.before_a_step {
                        them.remove(&who);
                    }
                    return task;
                }
                None => self.end_turn(state),
            }
        }
        // All is said. The run goes on to its end, whatever that may be.
        runnable[0]
    }

    /// The thread whose turn is next, or why it isn't.
    fn begin_turn(&mut self, state: &State) -> Result<Who, String> {
        let name = self.schedule[self.begun];
        self.begun += 1;
        let turn = self.begun;
        let threads = state.threads.len() - 1;
        let Some(who) = (1..=threads).find(|who| letter(who - 1) == name) else {
            let there_are = letters(threads);
            return Err(format!(
                "turn {turn}: there is no thread {name}; there are {there_are}"
            ));
        };
        if state.threads[who].ended {
            return Err(format!("turn {turn}: {name} can't go on, since it has ended"));
        }
        self.played.insert(who);
        Ok(who)
    }

    /// Writes down what the thread has done whose turn it was, or why it couldn't do anything.
    fn end_turn(&mut self, state: &State) {
        let Some(Turn { who, before, asked }) = self.now.take() else { return };
        if self.end.is_some() {
            return;
        }
        let (name, turn) = (letter(who - 1), self.begun);
        let skip = before.saturating_sub(state.events.earlier());
        let events = state.events.last().skip(skip).filter(|event| event.who == who);
        let mut lines: Vec<_> = events
            .map(|event| {
                let place = match event.step {
                    Step::Ends | Step::Panics => None,
                    _ => story::line(state, event.place),
                };
                let does = story::does(state, &event.step);
                format!("{:<9} {does}", place.unwrap_or_default())
            })
            .collect();
        if lines.is_empty() && stands(state, who) {
            lines.push(format!("{:<9} finds that nobody is there any more", ""));
        }
        match (lines.first(), asked) {
            (Some(_), true) => self.turns += &told(turn, &name.to_string(), &lines),
            (Some(first), false) => {
                let next = first.split_whitespace().collect::<Vec<_>>().join(" ");
                let why = self.stuck.take().unwrap_or_else(|| {
                    format!(
                        "the schedule is too short: nothing has broken by its end, and {name} can go \
                         on ({next})"
                    )
                });
                self.end = Some(End::Unplayable(why));
            }
            (None, true) => {
                let waits = waits(state, who);
                self.begun -= 1;
                self.stuck = Some(format!(
                    "turn {turn}: {name} can't go on, since it waits {waits}"
                ));
            }
            // It waits, and nobody has said that it should do anything.
            (None, false) => {}
        }
        if let (None, Some(said)) = (&self.end, &state.panic) {
            self.end = Some(End::Broke(said.clone()));
        }
    }

    /// What came of the schedule, when the run is over: of shuttle, and of the code.
    pub(super) fn over(
        &mut self,
        state: &mut State,
        ended: Result<(), String>,
        result: Option<String>,
    ) -> Played {
        self.end_turn(state);
        let mut end = match (self.end.take(), &state.panic, result) {
            (Some(end), ..) => end,
            (None, Some(said), _) => End::Broke(said.clone()),
            (None, None, Some(result)) => End::Held(result),
            (None, None, None) => End::Broke(match ended {
                Err(said) if !said.starts_with("deadlock!") => said,
                _ => format!("deadlock: nobody can go on.\n{}", who_waits(state)),
            }),
        };
        let (turns, all) = (self.begun, self.schedule.len());
        if turns < all {
            end = match end {
                End::Unplayable(why) => End::Unplayable(why),
                End::Broke(how) => {
                    let how = how.trim_end();
                    let rest = leave_out(turns + 1, all);
                    End::Unplayable(format!(
                        "the schedule is too long: it breaks with turn {turns} already, so {rest} ({how})"
                    ))
                }
                End::Held(_) => {
                    let name = self.schedule[turns];
                    let turn = turns + 1;
                    End::Unplayable(format!(
                        "turn {turn}: {name} can't go on, since all threads have ended, and nothing has \
                         broken"
                    ))
                }
            };
        }
        let threads = state.threads.len() - 1;
        let end = match end {
            End::Broke(said) => End::Broke(lettered(said, threads)),
            End::Held(said) => End::Held(lettered(said, threads)),
            End::Unplayable(said) => End::Unplayable(lettered(said, threads)),
        };
        let turns = format!("{}{}", story::made(state), self.turns);
        Played { end, turns: lettered(turns, threads) }
    }
}

/// Whether this thread waits for its turn.
fn stands(state: &State, who: Who) -> bool {
    state.before_a_step.as_ref().is_some_and(|them| them.contains(&who))
}

/// How many steps were made.
fn steps(state: &State) -> usize {
    state.events.earlier() + state.events.last().count()
}

/// What a thread waits for, and who has it.
fn waits(state: &State, who: Who) -> String {
    let Some((wait, place)) = &state.threads[who].waits else {
        return "for something that no check can see".into();
    };
    let place = place.and_then(|place| story::line(state, place));
    let place = place.map(|place| format!("in {place} ")).unwrap_or_default();
    let holders = state.threads.iter().enumerate();
    let holders = holders.filter(|(_, thread)| match wait {
        Wait::For(thing) => thread.holds.contains(thing),
        _ => false,
    });
    let holders: Vec<_> = holders.map(|(who, _)| story::name(who)).collect();
    let held = match holders.is_empty() {
        true => String::new(),
        false => format!(", which {} holds", and(holders)),
    };
    format!("{place}for {}{held}", story::waits_for(state, wait))
}

/// Who of the threads waits for what.
fn who_waits(state: &State) -> String {
    let waits = story::who_waits(state);
    // That the caller waits for the end of the others says nothing.
    let lines = waits.lines().filter(|line| !line.trim_start().starts_with("the caller"));
    lines.collect::<Vec<_>>().join("\n")
}

/// What was said, with the names that threads have in a schedule.
fn lettered(mut said: String, threads: usize) -> String {
    for who in (1..=threads).rev() {
        said = said.replace(&story::name(who), &letter(who - 1).to_string());
    }
    said
}
