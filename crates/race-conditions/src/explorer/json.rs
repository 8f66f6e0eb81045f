//! A program with all its states, as JSON: what the stepper in the book walks through.
//!
//! Each state is a line, so that a changed program shows as changed lines. Numbers of schedules
//! are strings, since a number in JavaScript is exact only up to 2⁵³.

use std::io::{self, Write};

use serde::Serialize;

use super::exploration::Exploration;
use super::program::{Memory, Program};

#[derive(Serialize)]
struct Thread<'a> {
    name: &'a str,
    registers: &'a [String],
    steps: Vec<&'a str>,
}

#[derive(Serialize)]
struct State<'a> {
    shared: &'a [i64],
    held: &'a [Option<usize>],
    next: &'a [usize],
    registers: &'a [Vec<i64>],
    /// The stores in the buffer of each thread: the variable, and what will be written. Left out
    /// where all buffers are empty.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    buffers: &'a [Vec<(usize, i64)>],
    /// Who can move, and the index of the state that follows.
    moves: &'a [(usize, usize)],
    /// For each thread the lock for which it waits; left out where no thread waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waits: Vec<Option<usize>>,
    /// The index of the outcome, where nobody can move.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<usize>,
}

#[derive(Serialize)]
struct Outcome<'a> {
    seen: &'a str,
    bad: Option<&'a str>,
    schedules: String,
    shortest: &'a [usize],
}

impl Exploration {
    /// Writes the program, and all that was found out about it, to `out`.
    ///
    /// # Errors
    ///
    /// When `out` can't be written to.
    pub fn write_json(&self, program: &Program, out: &mut impl Write) -> io::Result<()> {
        let shared: Vec<_> = program.shared.iter().map(|(name, _)| name).collect();
        let threads = program.threads.iter().map(|thread| Thread {
            name: &thread.name,
            registers: &thread.registers,
            steps: thread.steps.iter().map(|step| step.source.as_str()).collect(),
        });
        let states = self.states.iter().zip(&self.moves).map(|(state, moves)| {
            let outcome =
                moves.is_empty().then(|| state.seen(program)).and_then(|seen| {
                    self.outcomes.iter().position(|outcome| outcome.seen == seen)
                });
            let threads = 0..program.threads.len();
            let waits: Vec<_> =
                threads.map(|thread| state.waits_for(program, thread)).collect();
            State {
                waits: if waits.iter().any(Option::is_some) { waits } else { Vec::new() },
                shared: &state.shared,
                held: &state.held,
                next: &state.next,
                registers: &state.registers,
                buffers: if state.buffers.iter().all(Vec::is_empty) {
                    &[]
                } else {
                    &state.buffers
                },
                moves,
                outcome,
            }
        });
        let outcomes = self.outcomes.iter().map(|outcome| Outcome {
            seen: &outcome.seen,
            bad: outcome.bad.as_deref(),
            schedules: outcome.schedules.to_string(),
            shortest: &outcome.shortest.0,
        });

        writeln!(out, "{{\"name\": {},", json(&program.name)?)?;
        if program.memory == Memory::Buffered {
            writeln!(out, "\"movers\": {},", json(&program.movers())?)?;
        }
        writeln!(out, "\"shared\": {},", json(&shared)?)?;
        writeln!(out, "\"locks\": {},", json(&program.locks)?)?;
        writeln!(out, "\"schedules\": \"{}\",", self.schedules)?;
        writeln!(out, "\"bad\": \"{}\",", self.bad_schedules())?;
        let expected: Vec<_> =
            program.expected.iter().map(|condition| &condition.source).collect();
        writeln!(out, "\"expected\": {},", json(&expected)?)?;
        write_lines("threads", threads, out)?;
        writeln!(out, ",")?;
        write_lines("outcomes", outcomes, out)?;
        writeln!(out, ",")?;
        write_lines("states", states, out)?;
        writeln!(out, "}}")
    }
}

/// A list with an element in each line.
fn write_lines(
    name: &str,
    elements: impl Iterator<Item = impl Serialize>,
    out: &mut impl Write,
) -> io::Result<()> {
    write!(out, "\"{name}\": [")?;
    for (i, element) in elements.enumerate() {
        let comma = if i == 0 { "" } else { "," };
        write!(out, "{comma}\n{}", json(&element)?)?;
    }
    write!(out, "]")
}

fn json(value: &impl Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::other)
}
