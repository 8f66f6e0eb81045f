//! Which thread moves when.

use std::fmt;

use super::program::Program;
use super::state::{Misstep, State};

/// The threads in the order in which they move.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schedule(pub Vec<usize>);

impl Schedule {
    /// Reads the names of threads, with or without spaces between them if each is a single
    /// letter: `AB AB`.
    ///
    /// # Errors
    ///
    /// The first word that names no thread, and those there are.
    pub fn parse(program: &Program, text: &str) -> Result<Self, String> {
        let thread = |word: &str| {
            program.threads.iter().position(|thread| thread.name == word).ok_or_else(
                || {
                    let names: Vec<_> = program
                        .threads
                        .iter()
                        .map(|thread| thread.name.as_str())
                        .collect();
                    format!("there is no thread `{word}`; there are {}", names.join(", "))
                },
            )
        };
        let words: Vec<String> = if letters(program) {
            text.split_whitespace().flat_map(str::chars).map(String::from).collect()
        } else {
            text.split_whitespace().map(String::from).collect()
        };
        words.iter().map(|word| thread(word)).collect::<Result<_, _>>().map(Self)
    }

    /// The schedule as a reader would write it down.
    pub fn show<'a>(&'a self, program: &'a Program) -> impl fmt::Display + 'a {
        let names: Vec<_> =
            self.0.iter().map(|&thread| program.threads[thread].name.as_str()).collect();
        names.join(if letters(program) { "" } else { " " })
    }

    /// All states on its way, the first and the last included.
    ///
    /// # Errors
    ///
    /// When a thread is to move that can't.
    pub fn replay(&self, program: &Program) -> Result<Vec<State>, Misstep> {
        let mut states = vec![State::start(program)];
        for &thread in &self.0 {
            let state = states[states.len() - 1].after(program, thread)?;
            states.push(state);
        }
        Ok(states)
    }

    /// Lets `choose` pick one of the threads that can move, until none can. Returns what it
    /// picked, and where that ended.
    ///
    /// # Errors
    ///
    /// When a thread unlocks what it hasn't locked.
    ///
    /// # Panics
    ///
    /// When what was picked is no place in the list.
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
            let thread = movable[choose(&movable)];
            schedule.push(thread);
            state = state.after(program, thread)?;
        }
    }
}

fn letters(program: &Program) -> bool {
    program.threads.iter().all(|thread| thread.name.chars().count() == 1)
}
