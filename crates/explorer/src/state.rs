//! Where a program stands between two steps, and how a step changes that.

use std::error::Error;
use std::fmt;

use super::program::{Action, Condition, Memory, Program, Step, Sum, Value};

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
    /// For each condition variable who sleeps, and who may wake up.
    pub condvars: Vec<Sleepers>,
    /// For each semaphore how many may still acquire it.
    pub semaphores: Vec<i64>,
    /// For each channel the items in it, the oldest one first.
    pub channels: Vec<Vec<i64>>,
}

/// Who waits for a condition variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sleepers {
    /// The threads that sleep, in the order of their numbers.
    pub asleep: Vec<usize>,
    /// For each notification that woke nobody yet, the oldest one first: of which threads it
    /// may wake one. These are those who slept when it came, and sleep on.
    pub notified: Vec<Vec<usize>>,
}

impl Sleepers {
    fn may_wake(&self, thread: usize) -> bool {
        self.notified.iter().any(|of| of.contains(&thread))
    }

    fn falls_asleep(&mut self, thread: usize) {
        self.asleep.push(thread);
        self.asleep.sort_unstable();
    }

    /// Notifies one. Where each sleeper has a notification already, nobody is left to be woken.
    fn notify_one(&mut self) {
        if self.notified.len() < self.asleep.len() {
            self.notified.push(self.asleep.clone());
        }
    }

    fn notify_all(&mut self) {
        self.notified = vec![self.asleep.clone(); self.asleep.len()];
    }

    /// The thread wakes up, by the oldest notification that may wake it: the younger ones may wake
    /// more threads.
    fn wakes(&mut self, thread: usize) {
        self.asleep.retain(|&other| other != thread);
        if let Some(by) = self.notified.iter().position(|of| of.contains(&thread)) {
            self.notified.remove(by);
        }
        for of in &mut self.notified {
            of.retain(|&other| other != thread);
        }
    }
}

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// That a lock becomes free.
    Lock(usize),
    /// That a condition variable is notified.
    Notification(usize),
    /// That a semaphore is released.
    Semaphore(usize),
    /// That somebody receives from a full channel.
    Room(usize),
    /// That somebody sends to an empty channel.
    Item(usize),
}

impl Waits {
    /// What that is in words: `lock_y`, or `a notification of news`.
    pub fn show(self, program: &Program) -> String {
        match self {
            Self::Lock(lock) => program.locks[lock].clone(),
            Self::Notification(on) => {
                format!("a notification of {}", program.condvars[on])
            }
            Self::Semaphore(of) => program.semaphores[of].0.clone(),
            Self::Room(channel) => format!("room in {}", program.channels[channel].0),
            Self::Item(channel) => format!("an item in {}", program.channels[channel].0),
        }
    }
}

/// Why a thread or a buffer can't do what it is told to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misstep {
    /// The thread has ended, or waits for a lock.
    CannotMove(String),
    /// The thread waits for something else than a lock.
    Waits {
        /// The thread.
        thread: String,
        /// What it waits for.
        what: String,
    },
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
    /// The thread gives up, for a condition variable, a lock that it hasn't locked.
    WaitsWithout {
        /// The thread.
        thread: String,
        /// The condition variable.
        condvar: String,
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
            Self::Waits { thread, what } => {
                write!(f, "thread {thread} can't move: it waits for {what}")
            }
            Self::WaitsWithout { thread, condvar, lock } => write!(
                f,
                "thread {thread} waits for `{condvar}` with `{lock}`, which it hasn't locked"
            ),
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
            condvars: vec![Sleepers::default(); program.condvars.len()],
            semaphores: program.semaphores.iter().map(|(_, number)| *number).collect(),
            channels: vec![Vec::new(); program.channels.len()],
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
        match self.waits(program, thread)? {
            Waits::Lock(lock) => Some(lock),
            _ => None,
        }
    }

    /// What the thread waits for, if it does.
    pub fn waits(&self, program: &Program, thread: usize) -> Option<Waits> {
        let step = program.threads[thread].steps.get(self.next[thread])?;
        let lock = |lock: usize| self.held[lock].map(|_| Waits::Lock(lock));
        match step.action {
            Action::Lock(of) => lock(of),
            Action::Wait { on, lock: of } if self.sleeps(on, thread) => {
                if self.condvars[on].may_wake(thread) {
                    lock(of)
                } else {
                    Some(Waits::Notification(on))
                }
            }
            Action::Acquire(of) => {
                (self.semaphores[of] == 0).then_some(Waits::Semaphore(of))
            }
            Action::Send { to, .. } => {
                let is_full = self.channels[to].len() == program.channels[to].1;
                is_full.then_some(Waits::Room(to))
            }
            Action::Receive { from, .. } => {
                self.channels[from].is_empty().then_some(Waits::Item(from))
            }
            _ => None,
        }
    }

    fn sleeps(&self, condvar: usize, thread: usize) -> bool {
        self.condvars[condvar].asleep.contains(&thread)
    }

    /// Whether the thread waits until its stores have reached memory.
    pub fn waits_for_memory(&self, program: &Program, thread: usize) -> bool {
        let step = program.threads[thread].steps.get(self.next[thread]);
        !self.buffers[thread].is_empty() && step.is_some_and(|step| step.action.drains())
    }

    /// The threads that can take a step; and then the buffers that can let go of a store, as
    /// [`Program::buffer`] numbers them. None where something isn't as it always should be.
    pub fn movable(&self, program: &Program) -> Vec<usize> {
        if self.broken(&program.always).is_some() {
            return Vec::new();
        }
        let can_move = |&thread: &usize| {
            !self.has_ended(program, thread)
                && self.waits(program, thread).is_none()
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
        self.after_and_round(program, mover).map(|(state, _)| state)
    }

    /// As [`State::after`]; and whether a thread that never ends has begun a new round by that, at its
    /// `while true:`.
    pub(super) fn after_and_round(
        &self,
        program: &Program,
        mover: usize,
    ) -> Result<(Self, bool), Misstep> {
        match program.buffer(mover) {
            Some(thread) => Ok((self.after_store(program, thread)?, false)),
            None if self.waits_for_memory(program, mover) => {
                Err(Misstep::Undrained(program.threads[mover].name.clone()))
            }
            None => self.after_step(program, mover),
        }
    }

    // ANCHOR: step
    fn after_step(
        &self,
        program: &Program,
        thread: usize,
    ) -> Result<(Self, bool), Misstep> {
        let of = &program.threads[thread];
        let cannot_move = || Misstep::CannotMove(of.name.clone());
        if let Some(waits) = self.waits(program, thread) {
            return Err(match waits {
                Waits::Lock(_) => cannot_move(),
                _ => {
                    Misstep::Waits { thread: of.name.clone(), what: waits.show(program) }
                }
            });
        }
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
            Action::Lock(lock) => state.held[*lock] = Some(thread),
            Action::Unlock(lock) => {
                if self.held[*lock] != Some(thread) {
                    let lock = program.locks[*lock].clone();
                    return Err(Misstep::NotHeld { thread: of.name.clone(), lock });
                }
                state.held[*lock] = None;
            }
            Action::Fence => {}
            Action::Wait { on, lock } if self.sleeps(*on, thread) => {
                state.condvars[*on].wakes(thread);
                state.held[*lock] = Some(thread);
            }
            Action::Wait { on, lock } => {
                if self.held[*lock] != Some(thread) {
                    return Err(Misstep::WaitsWithout {
                        thread: of.name.clone(),
                        condvar: program.condvars[*on].clone(),
                        lock: program.locks[*lock].clone(),
                    });
                }
                state.held[*lock] = None;
                state.condvars[*on].falls_asleep(thread);
                // It is still at this step.
                return Ok((state, false));
            }
            Action::NotifyOne(on) => state.condvars[*on].notify_one(),
            Action::NotifyAll(on) => state.condvars[*on].notify_all(),
            Action::Acquire(semaphore) => state.semaphores[*semaphore] -= 1,
            Action::Release(semaphore) => state.semaphores[*semaphore] += 1,
            Action::Send { to, value } => state.channels[*to].push(self.sum(value)),
            Action::Receive { to, from } => {
                state.registers[thread][*to] = state.channels[*from].remove(0);
            }
            Action::If { .. } | Action::While { .. } => unreachable!("a head is no step"),
        }
        let round = state.go_on(program, thread, self.next[thread] + 1);
        Ok((state, round))
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

    /// How far the program has come. Without loops and condition variables, this number grows with
    /// every move, be it a step of a thread or a store that reaches memory.
    pub(super) fn progress(&self) -> isize {
        let buffered = self.buffers.iter().map(Vec::len).sum::<usize>();
        2 * self.next.iter().sum::<usize>() as isize - buffered as isize
    }

    /// The thread goes on to the step `next`, which stands behind the one that it has just taken.
    /// Returns whether that begins a new round at a `while true:`.
    fn go_on(&mut self, program: &Program, thread: usize, next: usize) -> bool {
        let steps = &program.threads[thread].steps;
        let mut round = false;
        self.jump(steps, thread, next - 1, next, &mut round);
        self.pass(steps, thread, &mut round);
        round
    }

    /// The thread goes from step `from` to `to`; at the end of a loop, to its head.
    fn jump(
        &mut self,
        steps: &[Step],
        thread: usize,
        from: usize,
        to: usize,
        round: &mut bool,
    ) {
        let is_loop =
            |step: &Step| matches!(step.action, Action::While { end } if end == to);
        let head = steps[..from].iter().rposition(is_loop);
        *round |= head.is_some_and(|head| steps[head].is_forever());
        self.next[thread] = head.unwrap_or(to);
    }

    /// Passes over steps whose conditions don't hold, and through the heads of blocks. No other thread
    /// can change that later: these conditions name registers of the thread itself, and nothing else.
    /// Each loop has a step that is taken each time, so this comes to an end.
    fn pass(&mut self, steps: &[Step], thread: usize, round: &mut bool) {
        while let Some(step) = steps.get(self.next[thread]) {
            let at = self.next[thread];
            let holds = step.only_if.iter().all(|condition| self.holds(condition));
            match step.action.block() {
                Some(_) if holds => self.next[thread] += 1,
                None if holds => return,
                end => self.jump(steps, thread, at, end.unwrap_or(at + 1), round),
            }
        }
    }

    fn skip(&mut self, program: &Program, thread: usize) {
        self.pass(&program.threads[thread].steps, thread, &mut false);
    }

    /// What a reader sees of a state in which no thread can move: who waits for what; or, if
    /// nobody waits, all shared variables (`count = 2`) and the registers that expectations name.
    pub fn seen(&self, program: &Program) -> String {
        let waiting = self.waiting(program);
        let is_broken = self.broken(&program.always).is_some();
        if !waiting.is_empty() && !is_broken {
            return format!("deadlock: {}", waiting.join(", "));
        }
        let shared = program.shared.iter().zip(&self.shared);
        let mut seen: Vec<_> =
            shared.map(|((name, _), value)| format!("{name} = {value}")).collect();
        let named = program.expected.iter().chain(&program.always);
        for value in named.flat_map(Condition::values) {
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
        if let Some(condition) = self.broken(&program.always) {
            return Some(format!("{} should always be", condition.source));
        }
        if !self.waiting(program).is_empty() {
            return Some("nobody can go on".into());
        }
        let broken = self.broken(&program.expected);
        broken.map(|condition| format!("{} was expected", condition.source))
    }

    /// The first of the conditions that doesn't hold.
    fn broken<'a>(&self, conditions: &'a [Condition]) -> Option<&'a Condition> {
        conditions.iter().find(|condition| !self.holds(condition))
    }

    fn waiting(&self, program: &Program) -> Vec<String> {
        let waits = |thread| {
            let waits = self.waits(program, thread)?;
            let of = &program.threads[thread];
            Some(format!("{} waits for {}", of.name, waits.show(program)))
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
