//! Which thread moves when.

use std::fmt;

use super::program::Program;
use super::state::{Misstep, State};

/// The threads in the order in which they move; and where stores are buffered, the buffers in
/// between.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule(pub Vec<usize>);

impl Schedule {
    /// Reads the names of [all that can move](Program::movers), with or without spaces between
    /// them if each is a single letter: `AB AB`.
    ///
    /// # Errors
    ///
    /// When a word names none of them: the word, and the names that there are.
    pub fn parse(program: &Program, text: &str) -> Result<Self, String> {
        let names = program.movers();
        let mover = |word: &str| {
            names.iter().position(|name| name == word).ok_or_else(|| {
                format!("there is no thread `{word}`; there are {}", names.join(", "))
            })
        };
        let words: Vec<String> = if letters(program) {
            text.split_whitespace().flat_map(str::chars).map(String::from).collect()
        } else {
            text.split_whitespace().map(String::from).collect()
        };
        words.iter().map(|word| mover(word)).collect::<Result<_, _>>().map(Self)
    }

    /// The schedule as a reader would write it down.
    pub fn show<'a>(&'a self, program: &'a Program) -> impl fmt::Display + 'a {
        let names = program.movers();
        let moved: Vec<_> = self.0.iter().map(|&mover| names[mover].as_str()).collect();
        moved.join(if letters(program) { "" } else { " " })
    }

    /// Runs the schedule; returns all states on its way, the first and the last included.
    ///
    /// # Errors
    ///
    /// When the schedule moves a thread or a buffer that can't move.
    pub fn replay(&self, program: &Program) -> Result<Vec<State>, Misstep> {
        let mut states = vec![State::start(program)];
        for &mover in &self.0 {
            let state = states[states.len() - 1].after(program, mover)?;
            states.push(state);
        }
        Ok(states)
    }

    /// Runs `program`; `choose` picks the place of the next one in the list of those that can move,
    /// until none can. Returns who moved, and the state at the end.
    ///
    /// # Errors
    ///
    /// When a thread unlocks what it hasn't locked.
    ///
    /// # Panics
    ///
    /// When `choose` picks a place that is not in the list.
    pub fn run(
        program: &Program,
        mut choose: impl FnMut(&[usize]) -> usize,
    ) -> Result<(Self, State), Misstep> {
        let (mut schedule, mut state) = (Vec::new(), State::start(program));
        loop {
            let movable = state.movable(program);
            if movable.is_empty() {
                return Ok((Self(schedule), state));
            }
            let mover = movable[choose(&movable)];
            schedule.push(mover);
            state = state.after(program, mover)?;
        }
    }
}

fn letters(program: &Program) -> bool {
    program.threads.iter().all(|thread| thread.name.chars().count() == 1)
}
