//! Where a program stands between two steps, and how a step changes that.

use std::error::Error;
use std::fmt;

use super::program::{Action, Condition, Memory, Program, Sum, Value};

/// All there is to know about a program that runs: what comes next depends on nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The shared variables.
    pub shared: Vec<i64>,
    /// For each lock the thread that has it.
    pub held: Vec<Option<usize>>,
    /// For each thread its next step, or how many it has when it has ended.
    pub next: Vec<usize>,
    /// For each thread its registers.
    pub registers: Vec<Vec<i64>>,
    /// For each thread the stores that haven't reached memory yet, the oldest one first: the
    /// variable, and what will be written. None where stores are done at once.
    pub buffers: Vec<Vec<(usize, i64)>>,
}

/// Why a thread or a buffer can't do what it is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misstep {
    /// The thread has ended, or waits for a lock.
    CannotMove(String),
    /// The thread waits until its stores have reached memory.
    Undrained(String),
    /// There is no store in the thread's buffer.
    NothingBuffered(String),
    /// The thread unlocks what it hasn't locked.
    NotHeld {
        /// The thread.
        thread: String,
        /// The lock.
        lock: String,
    },
}

impl fmt::Display for Misstep {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::CannotMove(thread) => {
                write!(f, "thread {thread} can't move: it has ended or waits for a lock")
            }
            Self::Undrained(thread) => write!(
                f,
                "thread {thread} can't move: not all of its stores have reached memory"
            ),
            Self::NothingBuffered(thread) => {
                write!(f, "no store of thread {thread} waits for memory")
            }
            Self::NotHeld { thread, lock } => {
                write!(f, "thread {thread} unlocks `{lock}`, which it hasn't locked")
            }
        }
    }
}

impl Error for Misstep {}

impl State {
    /// Where the program begins.
    pub fn start(program: &Program) -> Self {
        let zeros = program
            .threads
            .iter()
            .map(|thread| vec![0; thread.registers.len()])
            .collect();
        let mut state = Self {
            shared: program.shared.iter().map(|(_, number)| *number).collect(),
            held: vec![None; program.locks.len()],
            next: vec![0; program.threads.len()],
            registers: zeros,
            buffers: vec![Vec::new(); program.threads.len()],
        };
        for thread in 0..program.threads.len() {
            state.skip(program, thread);
        }
        state
    }

    /// Whether the thread has taken all its steps.
    pub fn has_ended(&self, program: &Program, thread: usize) -> bool {
        self.next[thread] == program.threads[thread].steps.len()
    }

    /// The lock for which the thread waits, if it does.
    pub fn waits_for(&self, program: &Program, thread: usize) -> Option<usize> {
        let step = program.threads[thread].steps.get(self.next[thread])?;
        match step.action {
            Action::Lock(lock) if self.held[lock].is_some() => Some(lock),
            _ => None,
        }
    }

    /// Whether the thread waits until its stores have reached memory.
    pub fn waits_for_memory(&self, program: &Program, thread: usize) -> bool {
        let step = program.threads[thread].steps.get(self.next[thread]);
        !self.buffers[thread].is_empty() && step.is_some_and(|step| step.action.drains())
    }

    /// The threads that can take a step; and then the buffers that can let go of a store, as
    /// [`Program::buffer`] numbers them.
    pub fn movable(&self, program: &Program) -> Vec<usize> {
        let can_move = |&thread: &usize| {
            !self.has_ended(program, thread)
                && self.waits_for(program, thread).is_none()
                && !self.waits_for_memory(program, thread)
        };
        let threads = 0..self.next.len();
        let buffers = threads.clone().filter(|&thread| !self.buffers[thread].is_empty());
        let buffers = buffers.map(|thread| self.next.len() + thread);
        threads.filter(can_move).chain(buffers).collect()
    }

    /// Where the program stands after `mover`, a thread or a buffer, has done the next thing
    /// that it can do.
    ///
    /// # Errors
    ///
    /// When `mover` can do nothing, or is a thread that unlocks what it hasn't locked.
    pub fn after(&self, program: &Program, mover: usize) -> Result<Self, Misstep> {
        match program.buffer(mover) {
            Some(thread) => self.after_store(program, thread),
            None if self.waits_for_memory(program, mover) => {
                Err(Misstep::Undrained(program.threads[mover].name.clone()))
            }
            None => self.after_step(program, mover),
        }
    }

    // ANCHOR: step
    fn after_step(&self, program: &Program, thread: usize) -> Result<Self, Misstep> {
        let of = &program.threads[thread];
        let cannot_move = || Misstep::CannotMove(of.name.clone());
        let step = of.steps.get(self.next[thread]).ok_or_else(cannot_move)?;
        let mut state = self.clone();
        match &step.action {
            Action::Load { to, from } => {
                state.registers[thread][*to] = self.load(thread, *from);
            }
            Action::Store { to, value } => match program.memory {
                Memory::AtOnce => state.shared[*to] = self.sum(value),
                Memory::Buffered => state.buffers[thread].push((*to, self.sum(value))),
            },
            Action::FetchAdd { to, value, before } => {
                if let Some(before) = before {
                    state.registers[thread][*before] = self.shared[*to];
                }
                state.shared[*to] = self.shared[*to].wrapping_add(self.sum(value));
            }
            Action::CompareExchange { to, expected, new, written } => {
                let as_expected = self.shared[*to] == self.sum(expected);
                if as_expected {
                    state.shared[*to] = self.sum(new);
                }
                state.registers[thread][*written] = i64::from(as_expected);
            }
            Action::Lock(lock) => match self.held[*lock] {
                Some(_) => return Err(cannot_move()),
                None => state.held[*lock] = Some(thread),
            },
            Action::Unlock(lock) => {
                if self.held[*lock] != Some(thread) {
                    let lock = program.locks[*lock].clone();
                    return Err(Misstep::NotHeld { thread: of.name.clone(), lock });
                }
                state.held[*lock] = None;
            }
            Action::Fence => {}
        }
        state.next[thread] += 1;
        state.skip(program, thread);
        Ok(state)
    }
    // ANCHOR_END: step

    /// The oldest store in the thread's buffer reaches memory.
    fn after_store(&self, program: &Program, thread: usize) -> Result<Self, Misstep> {
        let mut state = self.clone();
        if state.buffers[thread].is_empty() {
            return Err(Misstep::NothingBuffered(program.threads[thread].name.clone()));
        }
        let (variable, value) = state.buffers[thread].remove(0);
        state.shared[variable] = value;
        Ok(state)
    }

    /// What the thread reads of `variable`: its own latest store, if one is still in its buffer,
    /// or else what is in memory.
    fn load(&self, thread: usize, variable: usize) -> i64 {
        let mut waiting = self.buffers[thread].iter().rev();
        let own = waiting.find(|(stored, _)| *stored == variable);
        own.map_or(self.shared[variable], |(_, value)| *value)
    }

    /// How far the program has come. This number grows with every move, be it a step of a thread
    /// or a store that reaches memory.
    pub(super) fn progress(&self) -> usize {
        let buffered = self.buffers.iter().map(Vec::len).sum::<usize>();
        2 * self.next.iter().sum::<usize>() - buffered
    }

    /// Passes over steps whose conditions don't hold. No other thread can change that later: these
    /// conditions name registers of the thread itself, and nothing else.
    fn skip(&mut self, program: &Program, thread: usize) {
        let steps = &program.threads[thread].steps;
        while steps.get(self.next[thread]).is_some_and(|step| {
            !step.only_if.iter().all(|condition| self.holds(condition))
        }) {
            self.next[thread] += 1;
        }
    }

    /// What a reader sees of a state in which no thread can move: who waits for which lock; or, if
    /// nobody waits, all shared variables (`count = 2`) and the registers that expectations name.
    pub fn seen(&self, program: &Program) -> String {
        let waiting = self.waiting(program);
        if !waiting.is_empty() {
            return format!("deadlock: {}", waiting.join(", "));
        }
        let shared = program.shared.iter().zip(&self.shared);
        let mut seen: Vec<_> =
            shared.map(|((name, _), value)| format!("{name} = {value}")).collect();
        for value in program.expected.iter().flat_map(Condition::values) {
            if let Value::Register { thread, register } = value {
                let of = &program.threads[thread];
                let (name, value) = (&of.registers[register], self.value(value));
                let register = format!("{}.{name} = {value}", of.name);
                if !seen.contains(&register) {
                    seen.push(register);
                }
            }
        }
        seen.join(", ")
    }

    /// Why a state in which no thread can move is a bad end, if it is one.
    pub fn bad(&self, program: &Program) -> Option<String> {
        if !self.waiting(program).is_empty() {
            return Some("nobody can go on".into());
        }
        let broken = program.expected.iter().find(|condition| !self.holds(condition));
        broken.map(|condition| format!("{} was expected", condition.source))
    }

    fn waiting(&self, program: &Program) -> Vec<String> {
        let waits = |thread| {
            let lock = self.waits_for(program, thread)?;
            Some(format!(
                "{} waits for {}",
                program.threads[thread].name, program.locks[lock]
            ))
        };
        (0..program.threads.len()).filter_map(waits).collect()
    }

    fn holds(&self, condition: &Condition) -> bool {
        let (left, right) = (self.sum(&condition.left), self.sum(&condition.right));
        condition.relation.holds(left, right)
    }

    fn sum(&self, sum: &Sum) -> i64 {
        sum.0.iter().fold(0, |total, term| {
            let value = self.value(term.value);
            if term.negative {
                total.wrapping_sub(value)
            } else {
                total.wrapping_add(value)
            }
        })
    }

    /// The number that `value` stands for in this state.
    pub fn value(&self, value: Value) -> i64 {
        match value {
            Value::Number(number) => number,
            Value::Shared(variable) => self.shared[variable],
            Value::Register { thread, register } => self.registers[thread][register],
        }
    }
}
