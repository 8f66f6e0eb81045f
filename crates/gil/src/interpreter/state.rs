//! What all threads of an interpreter share (`PyInterpreterState`).

use std::collections::HashSet;
use std::net::TcpStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::counting::Counting;
use crate::heap::{Heap, Memory, Trap};
use crate::policy::{Locking, Policy};
use crate::program::{Constant, LOCKS};
use crate::reference::Ref;
use crate::thread::Thread;
use crate::verifier::Verified;

/// The number of the thread that loads the program.
pub(super) const MAIN: u32 = 1;

/// A heap, and a program with its variables.
pub(super) struct State<P: Policy> {
    pub(super) policy: P,
    memory: Memory<P::Counting>,
    pub(super) program: Verified,
    /// The constants of each function.
    pub(super) constants: Vec<Vec<Ref>>,
    pub(super) globals: Vec<Mutex<Ref>>,
    /// The locks of the program: whether each is held, and what threads that wait for it sleep on.
    pub(super) locks: [(Mutex<bool>, Condvar); LOCKS],
    /// Connections to clients and servers outside, by their numbers.
    pub(super) connections: Vec<TcpStream>,
    /// What comparisons return: the objects for false, 0, and for true, 1.
    pub(super) truth: [Ref; 2],
    /// The object that locals hold before a value is stored in them: `None`.
    pub(super) nothing: Ref,
    /// The program's own objects: its constants and its functions. They exist as long as the state
    /// does, and are no leaks.
    own: Vec<Ref>,
}

impl<P: Policy> State<P> {
    /// Loads a program into a heap with so many places. An error when there is no memory for the
    /// places, or no room in them for the program's constants.
    ///
    /// Panics when `places` is 2²⁹ or more.
    pub(super) fn load(policy: P, program: Verified, places: u32) -> Result<Self, Trap> {
        let memory = Memory::new(places)?;
        let heap = memory.heap();
        let mut main = Thread::new(MAIN);
        let mut make = |constant: &Constant| {
            let object = match constant {
                Constant::None => heap.none(&mut main),
                Constant::Int(number) => heap.int(*number, &mut main),
                Constant::Str(text) => heap.str(text.clone(), &mut main),
            }?;
            heap.immortalize(object)?;
            Ok(object)
        };
        let nothing = make(&Constant::None)?;
        let truth = [make(&Constant::Int(0))?, make(&Constant::Int(1))?];
        let functions = &program.program().functions;
        let constants = functions
            .iter()
            .map(|code| code.constants.iter().map(&mut make).collect::<Result<_, _>>());
        let constants = constants.collect::<Result<Vec<_>, _>>()?;
        let mut own: Vec<_> = constants.iter().flatten().copied().collect();
        own.extend([nothing, truth[0], truth[1]]);
        let mut globals = Vec::new();
        for name in &program.program().globals {
            let global = match program.program().function(name) {
                None => heap.int(0, &mut main)?,
                Some(number) => {
                    let function = heap.function(number, &mut main)?;
                    heap.immortalize(function)?;
                    own.push(function);
                    function
                }
            };
            globals.push(Mutex::new(global));
        }
        heap.take_back(&mut main);
        let locks = Default::default();
        let connections = Vec::new();
        Ok(Self {
            policy,
            memory,
            program,
            constants,
            globals,
            locks,
            connections,
            truth,
            nothing,
            own,
        })
    }

    #[inline]
    pub(super) fn heap(&self) -> Heap<'_, P::Counting> {
        self.memory.heap()
    }

    #[inline]
    pub(super) fn decref(&self, object: Ref, thread: &mut Thread) -> Result<(), Trap> {
        self.heap().decref(self.policy.counting(), object, thread)
    }

    fn settle_all(&self, objects: Vec<Ref>, thread: &mut Thread) -> Result<(), Trap> {
        for object in objects {
            self.heap().settle(self.policy.counting(), object, thread)?;
        }
        Ok(())
    }

    #[cold]
    fn settle_unsettled(&self, thread: &mut Thread) -> Result<(), Trap> {
        self.settle_all(self.policy.counting().unsettled(thread), thread)
    }

    /// Does what is left to do before a thread ends: settles the objects that it owns, and takes
    /// back its free places.
    pub(super) fn end(&self, thread: &mut Thread) -> Result<(), Trap> {
        let mut settled = Ok(());
        loop {
            let unsettled = self.policy.counting().end(thread);
            if unsettled.is_empty() {
                break;
            }
            settled = settled.and(self.settle_all(unsettled, thread));
        }
        self.heap().take_back(thread);
        settled
    }

    #[inline]
    pub(super) fn eval_breaker(&self, thread: &mut Thread) -> Result<(), Trap> {
        self.policy.locking().eval_breaker(thread);
        if self.policy.counting().any_unsettled(thread) {
            self.settle_unsettled(thread)?;
        }
        Ok(())
    }

    /// How many objects exist that no code can reach: they are not the program's own, and no global
    /// variable leads to them.
    pub(super) fn leaked(&self) -> usize {
        let mut reached = HashSet::new();
        let globals = self.globals.iter().map(|global| *lock(global));
        let mut found: Vec<_> = globals.chain(self.own.iter().copied()).collect();
        while let Some(object) = found.pop() {
            if self.heap().kind(object).is_ok() && reached.insert(object) {
                let items = self.heap().with_list(object, |items| items.clone());
                found.extend(items.unwrap_or_default());
            }
        }
        self.heap().objects() - reached.len()
    }

    /// Releases the lock while `work` runs, so that other threads may run
    /// (`Py_BEGIN_ALLOW_THREADS`).
    // ANCHOR: release
    pub(super) fn without_the_lock<T>(
        &self,
        thread: &mut Thread,
        work: impl FnOnce() -> T,
    ) -> T {
        self.policy.locking().release(thread);
        let result = work();
        self.policy.locking().acquire(thread);
        result
    }
    // ANCHOR_END: release
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
