//! A program for the explorer: shared variables, locks, and a few threads that take steps.
//!
//! Each step is atomic, and is one access to what is shared. What a thread does by itself,
//! such as adding to a register, is part of the step that uses it. There are no loops, so
//! every schedule ends.

use std::fmt;

/// Threads, and what they share.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called.
    pub name: String,
    /// The shared variables: their names, and what they are at first.
    pub shared: Vec<(String, i64)>,
    /// The names of the locks.
    pub locks: Vec<String>,
    /// The threads.
    pub threads: Vec<Thread>,
    /// What must be so when all threads have ended.
    pub expected: Vec<Condition>,
    /// What becomes of a store.
    pub memory: Memory,
}

/// What becomes of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// It is done at once, and every thread sees it: *sequential consistency*.
    AtOnce,
    /// It waits in a buffer of its thread, behind those before it, and reaches memory later.
    /// The thread itself sees it there already. This is *total store order*, as processors of
    /// the x86 family have it: see Owens, Sarkar and Sewell, *A Better x86 Memory Model:
    /// x86-TSO* (2009).
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
    /// The line as it was written.
    pub source: String,
    /// The step is only taken when all of that is so; otherwise it is skipped, which takes no
    /// turn.
    pub only_if: Vec<Condition>,
    /// What it does.
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
        /// How much more it gets.
        value: Sum,
        /// Where to keep what it was before.
        before: Option<usize>,
    },
    /// `register = variable.compare_exchange(expected, new)`: writes only if the variable is
    /// as expected, in one step.
    CompareExchange {
        /// The variable.
        to: usize,
        /// What it must be.
        expected: Sum,
        /// What it becomes then.
        new: Sum,
        /// Becomes 1 if it was written, else 0.
        written: usize,
    },
    /// `lock.lock()`: waits while a thread has it.
    Lock(usize),
    /// `lock.unlock()`
    Unlock(usize),
    /// `fence()`: goes on when all stores of the thread have reached memory.
    Fence,
}

impl Action {
    /// Whether a thread that takes this step waits until all its stores have reached memory. The
    /// steps that read and write at once do, as the processor's do, and those of locks are such. (An
    /// unlock could be a plain store on such a processor, and Rust asks for no more. So what a later
    /// load of the same thread could overtake there isn't found.)
    pub fn drains(&self) -> bool {
        !matches!(self, Self::Load { .. } | Self::Store { .. })
    }
}

/// A number, a place, or the sum of some.
#[derive(Clone, Debug)]
pub struct Sum(pub Vec<Term>);

/// A part of a sum.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// Whether it is taken away and not added.
    pub negative: bool,
    /// What it is.
    pub value: Value,
}

/// A number, or where one is.
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
    /// As it was written.
    pub source: String,
    /// The left side.
    pub left: Sum,
    /// How they must compare.
    pub relation: Relation,
    /// The right side.
    pub right: Sum,
}

impl Condition {
    /// All that it names.
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
    /// All of them as they are written; those that begin another one come after it.
    pub(super) const WRITTEN: [(&str, Self); 6] = [
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("<", Self::Below),
        (">", Self::Above),
    ];

    /// Whether two numbers compare that way.
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

impl Program {
    /// How many steps there are, all threads together.
    pub fn steps(&self) -> usize {
        self.threads.iter().map(|thread| thread.steps.len()).sum()
    }

    /// The same program with a buffer for the stores of each thread.
    ///
    /// # Errors
    ///
    /// When the name of a buffer, as [`Program::movers`] has it, is that of a thread.
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

    /// All that a schedule can name: the threads, and where stores are buffered, their buffers.
    /// `A` takes a step, and then `a`, its buffer, lets go of the oldest store.
    pub fn movers(&self) -> Vec<String> {
        let names = self.threads.iter().map(|thread| thread.name.clone());
        let buffers = self.threads.iter().map(|thread| thread.name.to_lowercase());
        let buffers = buffers.filter(|_| self.memory == Memory::Buffered);
        names.chain(buffers).collect()
    }

    /// The thread to whose buffer a schedule's number belongs, if it belongs to one: the
    /// buffers come after the threads.
    pub fn buffer(&self, mover: usize) -> Option<usize> {
        mover.checked_sub(self.threads.len())
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.name)
    }
}
