//! A program for the explorer: shared variables, what threads wait for each other with, and a few
//! threads that take steps.
//!
//! Each step is atomic, and is one access to what is shared. What a thread does by itself,
//! such as adding to a register or looking whether a loop goes on, is part of the step before it.

use std::fmt;

/// Threads, and what they share.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program's name.
    pub name: String,
    /// The shared variables: their names, and what they are at first.
    pub shared: Vec<(String, i64)>,
    /// The names of the locks.
    pub locks: Vec<String>,
    /// The names of the condition variables.
    pub condvars: Vec<String>,
    /// The semaphores: their names, and how many may acquire them at first.
    pub semaphores: Vec<(String, i64)>,
    /// The channels: their names, and how many items there is room for.
    pub channels: Vec<(String, usize)>,
    /// The threads.
    pub threads: Vec<Thread>,
    /// What must be so when all threads have ended.
    pub expected: Vec<Condition>,
    /// What must be so in every state.
    pub always: Vec<Condition>,
    /// What becomes of a store.
    pub memory: Memory,
}

/// What becomes of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// A store is done at once, and every thread sees it: *sequential consistency*.
    AtOnce,
    /// A store waits in a buffer of its thread, behind the stores before it, and reaches memory
    /// later. Until then, the thread itself sees it already, and no other thread does. This is
    /// *total store order*, as processors of the x86 family have it: see Owens, Sarkar and Sewell,
    /// *A Better x86 Memory Model: x86-TSO* (2009).
    Buffered,
}

/// A thread: its name, its registers, its steps.
#[derive(Clone, Debug)]
pub struct Thread {
    /// A letter or a word.
    pub name: String,
    /// The names of its registers, which are 0 at first.
    pub registers: Vec<String>,
    /// What it does, in this order.
    pub steps: Vec<Step>,
}

/// One line of a thread.
#[derive(Clone, Debug)]
pub struct Step {
    /// The line as it was written, two blanks further to the right in each block.
    pub source: String,
    /// The step is taken only if all of these conditions hold; otherwise it is skipped, which
    /// takes no turn. With the head of a block, the block is skipped.
    pub only_if: Vec<Condition>,
    /// What the step does.
    pub action: Action,
}

/// What a step does. Numbers stand for the places of variables, registers and locks in their
/// lists.
#[derive(Clone, Debug)]
pub enum Action {
    /// `register = variable.load()`
    Load {
        /// The register.
        to: usize,
        /// The variable.
        from: usize,
    },
    /// `variable.store(value)`
    Store {
        /// The variable.
        to: usize,
        /// What to write.
        value: Sum,
    },
    /// `register = variable.fetch_add(value)`: reads and writes in one step.
    FetchAdd {
        /// The variable.
        to: usize,
        /// What to add.
        value: Sum,
        /// The register for what the variable was before, if that is kept.
        before: Option<usize>,
    },
    /// `register = variable.compare_exchange(expected, new)`: writes only if the variable is
    /// as expected, in one step.
    CompareExchange {
        /// The variable.
        to: usize,
        /// What the variable must be.
        expected: Sum,
        /// What the variable becomes then.
        new: Sum,
        /// The register that becomes 1 if the variable was written, else 0.
        written: usize,
    },
    /// `lock.lock()`: waits while a thread has the lock.
    Lock(usize),
    /// `lock.unlock()`
    Unlock(usize),
    /// `fence()`: goes on when all stores of the thread have reached memory.
    Fence,
    /// `condition.wait(lock)`: two moves. The first unlocks and goes to sleep, in one step; the
    /// second, which needs a notification and the lock, locks again. Nobody wakes up without a
    /// notification here, and one that nobody waits for is lost.
    Wait {
        /// The condition variable.
        on: usize,
        /// The lock.
        lock: usize,
    },
    /// `condition.notify_one()`: one of those who sleep may wake up, whichever moves first.
    NotifyOne(usize),
    /// `condition.notify_all()`: all who sleep may wake up.
    NotifyAll(usize),
    /// `semaphore.acquire()`: waits while the semaphore is 0, and takes one off.
    Acquire(usize),
    /// `semaphore.release()`: adds one to it.
    Release(usize),
    /// `channel.send(value)`: waits while the channel is full.
    Send {
        /// The channel.
        to: usize,
        /// What to send.
        value: Sum,
    },
    /// `register = channel.receive()`: waits while the channel is empty.
    Receive {
        /// The register.
        to: usize,
        /// The channel.
        from: usize,
    },
    /// `if condition:` above a block. The head of a block takes no turn.
    If {
        /// The first step behind the block.
        end: usize,
    },
    /// `while condition:` above a block, or `while true:`.
    While {
        /// The first step behind the block.
        end: usize,
    },
}

impl Action {
    /// The first step behind the block of which this is the head, if it is one.
    pub fn block(&self) -> Option<usize> {
        match self {
            Self::If { end } | Self::While { end } => Some(*end),
            _ => None,
        }
    }

    /// Whether a thread waits before this step until all its stores have reached memory. It does so
    /// before each step that reads and writes at once, as the processor does; to lock and to unlock
    /// are such steps, and a fence does nothing else. (On such a processor an unlock could be a
    /// plain store, and Rust asks for no more. So the explorer doesn't find what goes wrong when a
    /// later load of the same thread overtakes an unlock.)
    pub fn drains(&self) -> bool {
        !matches!(self, Self::Load { .. } | Self::Store { .. })
    }
}

/// A sum of numbers, variables and registers, or a single one of these.
#[derive(Clone, Debug)]
pub struct Sum(pub Vec<Term>);

/// A part of a sum.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// Whether the value is subtracted and not added.
    pub negative: bool,
    /// The value.
    pub value: Value,
}

/// A number, or the variable or register that holds one.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// This number.
    Number(i64),
    /// A shared variable. Only an expectation may name it: a step has to load it.
    Shared(usize),
    /// A register of a thread.
    Register {
        /// The thread.
        thread: usize,
        /// The register.
        register: usize,
    },
}

/// `left relation right`
#[derive(Clone, Debug)]
pub struct Condition {
    /// The condition as it was written.
    pub source: String,
    /// The left side.
    pub left: Sum,
    /// How the two sides must compare.
    pub relation: Relation,
    /// The right side.
    pub right: Sum,
}

impl Condition {
    /// All numbers, variables and registers on both sides.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.left.0.iter().chain(&self.right.0).map(|term| term.value)
    }
}

/// How two numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `>`
    Above,
}

impl Relation {
    /// All relations as they are written. A sign such as `<` comes after `<=`, which begins with
    /// it, so that a search finds the longer one first.
    pub(super) const WRITTEN: [(&str, Self); 6] = [
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("<", Self::Below),
        (">", Self::Above),
    ];

    /// Whether `left` and `right` compare that way.
    pub fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::AtMost => left <= right,
            Self::AtLeast => left >= right,
            Self::Below => left < right,
            Self::Above => left > right,
        }
    }
}

impl Step {
    /// Whether this is `while true:`. A thread that goes round it has done what it is there for
    /// once more.
    pub fn is_forever(&self) -> bool {
        matches!(self.action, Action::While { .. }) && self.only_if.is_empty()
    }
}

impl Program {
    /// How many steps there are, all threads together.
    pub fn steps(&self) -> usize {
        self.threads.iter().map(|thread| thread.steps.len()).sum()
    }

    /// Whether a thread has a loop.
    pub fn has_loops(&self) -> bool {
        let mut steps = self.threads.iter().flat_map(|thread| &thread.steps);
        steps.any(|step| matches!(step.action, Action::While { .. }))
    }

    /// The same program with a buffer for the stores of each thread.
    ///
    /// # Errors
    ///
    /// When a buffer's name, as [`Program::movers`] has it, is that of a thread.
    pub fn buffered(self) -> Result<Self, String> {
        let program = Self { memory: Memory::Buffered, ..self };
        let names = program.movers();
        let (threads, buffers) = names.split_at(program.threads.len());
        match threads.iter().find(|name| buffers.contains(name)) {
            Some(name) => Err(format!(
                "`{name}` would be a buffer; let the names of threads begin with a capital"
            )),
            None => Ok(program),
        }
    }

    /// The names of all that can move in a schedule: the threads, and where stores are buffered,
    /// their buffers. `A` takes a step, and `a`, its buffer, lets its oldest store reach memory.
    pub fn movers(&self) -> Vec<String> {
        let names = self.threads.iter().map(|thread| thread.name.clone());
        let buffers = self.threads.iter().map(|thread| thread.name.to_lowercase());
        let buffers = buffers.filter(|_| self.memory == Memory::Buffered);
        names.chain(buffers).collect()
    }

    /// The thread whose buffer `mover` is, or `None` if `mover` is a thread: the buffers are
    /// numbered after the threads.
    pub fn buffer(&self, mover: usize) -> Option<usize> {
        mover.checked_sub(self.threads.len())
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.name)
    }
}
