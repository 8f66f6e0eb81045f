//! The interpreter: a program in its heap, and threads that run it.
//!
//! * `state`: what all threads share.
//! * `eval`: the loop that fetches an instruction and executes it, in a `frame`.
//! * `natives`: the functions that are not written in bytecode.
//! * `value` and `stopped`: what a caller gets to see of a program's objects, and of why it
//!   stopped.

mod eval;
mod frame;
mod natives;
mod state;
mod stopped;
mod value;

use std::net::TcpStream;
use std::sync::Mutex;
use std::{mem, thread};

pub use self::natives::hash;
use self::state::{MAIN, State, lock};
pub use self::stopped::Stopped;
pub use self::value::Value;
use self::value::value;
use crate::counting::Counting;
use crate::heap::Trap;
use crate::lanes::Event;
use crate::policy::{Locking, Policy};
use crate::thread::Thread;
use crate::verifier::Verified;

/// How many threads may run at once.
pub const MOST_THREADS: usize = 60;

/// The thread number of a caller that sets a variable from outside.
const OUTSIDE: u32 = MOST_THREADS as u32 + MAIN + 1;

/// An interpreter with a program in it: a heap, and the variables that all threads share.
pub struct Interpreter<P: Policy> {
    state: State<P>,
    /// Held during a run: the threads of two runs at the same time would have the same numbers.
    running: Mutex<()>,
    /// Held while a variable is set from outside, for the same reason.
    setting: Mutex<()>,
}

/// A function to call in a thread of its own: its name and its arguments.
pub type Call<'a> = (&'a str, &'a [i64]);

/// How a thread ended, and what it recorded.
pub struct Ended {
    /// What its function returned, or why it stopped.
    pub returned: Result<Value, Stopped>,
    /// When the thread ran, waited and rested; empty if that wasn't asked for.
    pub record: Vec<Event>,
}

impl<P: Policy> Interpreter<P> {
    /// An interpreter with this program, and with `places` for so many objects.
    ///
    /// # Errors
    ///
    /// When there is no memory for so many objects, or no room among them for the program's
    /// constants.
    ///
    /// # Panics
    ///
    /// When `places` is 2²⁹ or more.
    pub fn new(policy: P, program: Verified, places: u32) -> Result<Self, Trap> {
        let state = State::load(policy, program, places)?;
        Ok(Self { state, running: Mutex::new(()), setting: Mutex::new(()) })
    }

    /// The same interpreter with these connections, which its program knows by their numbers, from
    /// 0 on.
    #[must_use]
    pub fn connected(mut self, connections: Vec<TcpStream>) -> Self {
        self.state.connections = connections;
        self
    }

    /// How many objects exist that no code can reach: they are not the program's own, and no global
    /// variable leads to them.
    pub fn leaked(&self) -> usize {
        self.state.leaked()
    }

    /// What a global variable holds. `None` when there is no such variable, when its object was
    /// freed, or when lists in it have no end.
    pub fn global(&self, name: &str) -> Option<Value> {
        let globals = &self.state.program.program().globals;
        let place = globals.iter().position(|global| global == name)?;
        value(&self.state, *lock(&self.state.globals[place]), 0).ok()
    }

    /// Sets a global variable from outside, as a thread of its own would: under the lock.
    ///
    /// # Panics
    ///
    /// When there is no such variable, or no room for a number.
    pub fn set(&self, name: &str, number: i64) {
        let globals = &self.state.program.program().globals;
        let place = globals.iter().position(|global| global == name);
        let global = &self.state.globals[place.expect("there is such a variable")];
        let _alone = lock(&self.setting);
        let mut thread = Thread::new(OUTSIDE);
        self.state.policy.counting().begin(&thread);
        self.state.policy.locking().acquire(&mut thread);
        let set = self.state.heap().int(number, &mut thread).and_then(|number| {
            let before = mem::replace(&mut *lock(global), number);
            self.state.decref(before, &mut thread)
        });
        let ended = self.state.end(&mut thread);
        self.state.policy.locking().release(&mut thread);
        set.and(ended).expect("there is room, and the old one was there");
    }

    /// Runs each of `calls` in a thread of its own, all at the same time, and returns how each
    /// ended, in the order of `calls`. If `record` is true, each thread records when it ran, waited
    /// and rested.
    ///
    /// Another run has to wait until this one has ended. Very many lists in each other overflow
    /// Rust's stack when they are freed.
    ///
    /// # Panics
    ///
    /// When there is no such function, or the number of arguments is not right, or there are more
    /// calls than [`MOST_THREADS`], or the system has no thread to spare.
    pub fn run(&self, calls: &[Call], record: bool) -> Vec<Ended> {
        assert!(calls.len() <= MOST_THREADS, "at most {MOST_THREADS} threads");
        let _alone = lock(&self.running);
        thread::scope(|scope| {
            let threads: Vec<_> = (MAIN + 1..)
                .zip(calls)
                .map(|(id, (function, arguments))| {
                    scope.spawn(move || self.thread(id, function, arguments, record))
                })
                .collect();
            let ended = threads.into_iter().map(|thread| thread.join());
            ended.map(|ended| ended.expect("the interpreter doesn't panic")).collect()
        })
    }

    /// Runs a function in the present thread, as the interpreter's thread number `id`.
    fn thread(&self, id: u32, function: &str, arguments: &[i64], record: bool) -> Ended {
        let mut thread = Thread::new(id);
        thread.record = record.then(Vec::new);
        self.state.policy.counting().begin(&thread);
        self.state.policy.locking().acquire(&mut thread);
        let returned = self.start(&mut thread, function, arguments);
        let ended = self.state.end(&mut thread);
        self.state.policy.locking().release(&mut thread);
        let outside = |trap| Stopped { function: function.into(), address: 0, trap };
        let returned = returned.and_then(|value| ended.map(|()| value).map_err(outside));
        Ended { returned, record: thread.record.unwrap_or_default() }
    }

    fn start(
        &self,
        thread: &mut Thread,
        name: &str,
        arguments: &[i64],
    ) -> Result<Value, Stopped> {
        let functions = &self.state.program.program().functions;
        let function = self.state.program.program().function(name).expect("there is one");
        assert_eq!(functions[function].parameters, arguments.len(), "`{name}`");
        let outside = |trap| Stopped { function: name.into(), address: 0, trap };
        let arguments =
            arguments.iter().map(|number| self.state.heap().int(*number, thread));
        let arguments: Vec<_> = arguments.collect::<Result<_, _>>().map_err(outside)?;
        let returned = eval::call(&self.state, thread, function, &arguments, 0)?;
        let mut value = || {
            let value = value(&self.state, returned, 0);
            self.state.decref(returned, thread)?;
            value
        };
        value().map_err(outside)
    }
}
