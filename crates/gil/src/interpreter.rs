//! The interpreter: fetches an instruction, does it, and fetches the next.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, hint, mem, thread};

use crate::counting::Counting;
use crate::heap::{Heap, Kind, Memory, Ref, Trap};
use crate::lanes::Event;
use crate::policy::{Locking, Policy, Thread};
use crate::program::{Binary, Code, Comparison, Constant, Instruction, LOCKS, Native};
use crate::verifier::Verified;

/// An interpreter with a program in it: a heap, and the variables that all threads share.
pub struct Interpreter<P: Policy> {
    policy: P,
    memory: Memory<P::Counting>,
    program: Verified,
    /// The constants of each function.
    constants: Vec<Vec<Ref>>,
    globals: Vec<Mutex<Ref>>,
    /// The locks of the program: whether somebody holds them.
    locks: [(Mutex<bool>, Condvar); LOCKS],
    /// One run at a time, since threads have numbers.
    running: Mutex<()>,
    /// The same for those who set a variable from outside.
    setting: Mutex<()>,
    /// With those outside.
    connections: Vec<TcpStream>,
    /// What comparisons return.
    truth: [Ref; 2],
    /// What locals are before they are stored.
    nothing: Ref,
    /// The program's own objects: its constants and its functions. As long as they are there, nobody
    /// has leaked them.
    own: Vec<Ref>,
}

/// A function to call in a thread of its own, and with what.
pub type Call<'a> = (&'a str, &'a [i64]);

/// What a program returns, for those outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    None,
    /// A whole number.
    Int(i64),
    /// A text.
    Str(String),
    /// A list.
    List(Vec<Value>),
    /// A function, by its name.
    Function(String),
}

/// What stopped a program, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The function.
    pub function: String,
    /// The address of the instruction.
    pub address: usize,
    /// Why.
    pub trap: Trap,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let why = match self.trap {
            Trap::UseAfterFree => "an object that it needs was freed too early",
            Trap::OutOfMemory => "there is no room for another object",
            Trap::TypeError => {
                "it wants a value of another kind, or another number of them"
            }
            Trap::IndexError => "there is no such place in the list",
            Trap::ArithmeticError => {
                "the number would be too large, or is divided by zero"
            }
            Trap::RecursionError => {
                "functions have called each other too often, or lists hold each other"
            }
        };
        write!(f, "`{}`, address {}: {why}", self.function, self.address)
    }
}

impl std::error::Error for Stopped {}

/// The number of whoever sets a variable from outside.
const OUTSIDE: u32 = MOST_THREADS as u32 + MAIN + 1;

/// How deep functions may call each other, and lists hold each other: each level takes some of
/// Rust's stack.
const DEEPEST: usize = 500;

/// How many values a function may have, locals and stack together: the verifier counts. A power of
/// two, so that no place can be outside.
pub(crate) const FRAME: usize = 128;

/// How many threads may run at once.
pub const MOST_THREADS: usize = 60;

/// The number of the thread that loads the program.
const MAIN: u32 = 1;

/// What became of a thread, and what it noted.
pub struct Ended {
    /// What it returned.
    pub returned: Result<Value, Stopped>,
    /// When it ran, waited and rested, if that was asked for.
    pub record: Vec<Event>,
}

impl<P: Policy> Interpreter<P> {
    /// An interpreter with this program, and room for so many objects.
    ///
    /// # Errors
    ///
    /// When there is no room for the program's constants.
    ///
    /// # Panics
    ///
    /// When there is to be room for 2²⁹ objects or more.
    pub fn new(policy: P, program: Verified, places: u32) -> Result<Self, Trap> {
        let memory = Memory::new(places);
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
            running: Mutex::new(()),
            setting: Mutex::new(()),
            connections,
            truth,
            nothing,
            own,
        })
    }

    /// The same with these connections, numbered from 0 on.
    #[must_use]
    pub fn connected(self, connections: Vec<TcpStream>) -> Self {
        Self { connections, ..self }
    }

    /// How many objects are left that nobody can reach: neither the program's own, nor held by a
    /// global variable.
    pub fn leaked(&self) -> usize {
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

    /// What a global variable holds.
    pub fn global(&self, name: &str) -> Option<Value> {
        let globals = &self.program.program().globals;
        let place = globals.iter().position(|global| global == name)?;
        self.value(*lock(&self.globals[place]), 0).ok()
    }

    /// Sets a global variable from outside, as a thread of its own would: under the lock.
    ///
    /// # Panics
    ///
    /// When there is no such variable, or no room for a number.
    pub fn set(&self, name: &str, number: i64) {
        let globals = &self.program.program().globals;
        let place = globals.iter().position(|global| global == name);
        let global = &self.globals[place.expect("there is such a variable")];
        let _alone = lock(&self.setting);
        let mut thread = Thread::new(OUTSIDE);
        self.policy.counting().begin(&thread);
        self.policy.locking().acquire(&mut thread);
        let set = self.heap().int(number, &mut thread).and_then(|number| {
            let before = mem::replace(&mut *lock(global), number);
            self.decref(before, &mut thread)
        });
        let ended = self.end(&mut thread);
        self.policy.locking().release(&mut thread);
        set.and(ended).expect("there is room, and the old one was there");
    }

    /// Runs a function in as many threads as there are sets of arguments.
    ///
    /// # Panics
    ///
    /// When there is no such function, or the number of arguments is not right, or there are more
    /// than [`MOST_THREADS`].
    ///
    /// Another run has to wait until this one has ended. Very many lists in each other overflow
    /// Rust's stack when they go.
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

    /// Runs a function in a thread of the interpreter, which is this one.
    fn thread(&self, id: u32, function: &str, arguments: &[i64], record: bool) -> Ended {
        let mut thread = Thread::new(id);
        thread.record = record.then(Vec::new);
        self.policy.counting().begin(&thread);
        self.policy.locking().acquire(&mut thread);
        let returned = self.start(&mut thread, function, arguments);
        let ended = self.end(&mut thread);
        self.policy.locking().release(&mut thread);
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
        let functions = &self.program.program().functions;
        let function = self.program.program().function(name).expect("there is one");
        assert_eq!(functions[function].parameters, arguments.len(), "`{name}`");
        let outside = |trap| Stopped { function: name.into(), address: 0, trap };
        let arguments = arguments.iter().map(|number| self.heap().int(*number, thread));
        let arguments: Vec<_> = arguments.collect::<Result<_, _>>().map_err(outside)?;
        let returned = self.call(thread, function, &arguments, 0)?;
        let mut value = || {
            let value = self.value(returned, 0);
            self.decref(returned, thread)?;
            value
        };
        value().map_err(outside)
    }

    /// A value as those outside see it, unless lists in each other have no end.
    fn value(&self, object: Ref, depth: usize) -> Result<Value, Trap> {
        if depth == DEEPEST {
            return Err(Trap::RecursionError);
        }
        Ok(match self.heap().kind(object)? {
            Kind::Free => return Err(Trap::UseAfterFree),
            Kind::None => Value::None,
            Kind::Int => Value::Int(self.heap().number(object)?),
            Kind::Str => Value::Str(self.heap().text(object)?),
            Kind::Function => {
                let number = self.heap().function_number(object)?;
                Value::Function(self.program.program().functions[number].name.clone())
            }
            Kind::List => {
                let items = self.heap().with_list(object, |items| items.clone())?;
                let values = items.into_iter().map(|item| self.value(item, depth + 1));
                Value::List(values.collect::<Result<_, _>>()?)
            }
        })
    }

    #[inline]
    fn heap(&self) -> Heap<'_, P::Counting> {
        self.memory.heap()
    }

    #[inline]
    fn decref(&self, object: Ref, thread: &mut Thread) -> Result<(), Trap> {
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

    /// What a thread has to do before it ends.
    fn end(&self, thread: &mut Thread) -> Result<(), Trap> {
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
    fn eval_breaker(&self, thread: &mut Thread) -> Result<(), Trap> {
        self.policy.locking().eval_breaker(thread);
        if self.policy.counting().any_unsettled(thread) {
            self.settle_unsettled(thread)?;
        }
        Ok(())
    }

    /// Calls a function with arguments, which it takes over.
    fn call(
        &self,
        thread: &mut Thread,
        function: usize,
        arguments: &[Ref],
        depth: usize,
    ) -> Result<Ref, Stopped> {
        let code = &self.program.program().functions[function];
        let mut frame = Frame {
            code,
            constants: &self.constants[function],
            values: [self.nothing; FRAME],
            top: code.locals.len(),
            next: 0,
            depth,
        };
        frame.values[..arguments.len()].copy_from_slice(arguments);
        let returned = self.execute(thread, &mut frame);
        if returned.is_err() {
            // What the instruction itself had taken from the stack is lost.
            for value in &frame.values[..frame.top.min(FRAME)] {
                let _ = self.decref(*value, thread);
            }
        }
        returned.map_err(|error| match error {
            Halt::Here(trap) => {
                let address = frame.next.saturating_sub(1);
                Stopped { function: code.name.clone(), address, trap }
            }
            Halt::Below(stopped) => *stopped,
        })
    }

    /// Runs a frame until it returns.
    ///
    /// `next` and `top` are variables here, and not in the frame, so that they stay in registers:
    /// every instruction changes them.
    fn execute(&self, thread: &mut Thread, frame: &mut Frame) -> Result<Ref, Halt> {
        use Instruction as I;

        let (heap, locking) = (self.heap(), self.policy.locking());
        let counting = self.policy.counting();
        let Frame { code, constants, .. } = *frame;
        let instructions = &code.instructions[..];
        let (mut next, mut top) = (0, frame.top);
        macro_rules! push {
            ($object:expr) => {{
                frame.values[top % FRAME] = $object;
                top += 1;
            }};
        }
        macro_rules! pop {
            () => {{
                top -= 1;
                frame.values[top % FRAME]
            }};
        }
        /// What an instruction needs, or the end of the program.
        macro_rules! need {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(trap) => {
                        (frame.next, frame.top) = (next, top);
                        return Err(trap.into());
                    }
                }
            };
        }

        // Some instructions mostly come after others, and guessing is faster than fetching. CPython 3.11
        // has superinstructions for these pairs, LOAD_FAST__LOAD_CONST and STORE_FAST__LOAD_FAST.
        macro_rules! load_const {
            ($place:expr) => {{
                let constant = constants[$place as usize];
                need!(heap.incref(constant, thread));
                push!(constant);
            }};
        }
        macro_rules! load_fast {
            ($place:expr) => {{
                let local = frame.values[$place as usize % FRAME];
                need!(heap.incref(local, thread));
                push!(local);
                if let I::LoadConst(place) = instructions[next] {
                    next += 1;
                    load_const!(place);
                }
            }};
        }
        /// Goes there if it is so, and otherwise on.
        macro_rules! jump {
            ($is_so:expr, $to:expr, $on:expr) => {{
                let on = $on;
                let backward = ($to as usize) < on;
                next = on;
                if $is_so {
                    // A branch, whose end the core guesses; with a conditional move it would wait
                    // for the comparison before it could fetch the next instruction.
                    next = hint::black_box($to as usize);
                    if backward {
                        need!(self.eval_breaker(thread));
                    }
                }
            }};
        }

        for _ in code.parameters..code.locals.len() {
            need!(heap.incref(self.nothing, thread));
        }
        need!(self.eval_breaker(thread));
        loop {
            // ANCHOR: fetch
            locking.tick(thread);
            let instruction = instructions[next];
            next += 1;
            match instruction {
                // ANCHOR_END: fetch
                I::LoadConst(place) => load_const!(place),
                I::LoadFast(place) => load_fast!(place),
                I::StoreFast(place) => {
                    let value = pop!();
                    let local = &mut frame.values[place as usize % FRAME];
                    let before = mem::replace(local, value);
                    need!(heap.decref(counting, before, thread));
                    if let I::LoadFast(place) = instructions[next] {
                        next += 1;
                        load_fast!(place);
                    }
                }
                // ANCHOR: binary
                I::BinaryOp(op) => {
                    let (b, a) = (pop!(), pop!());
                    let a = need!(heap.spend(counting, a, thread));
                    let b = need!(heap.spend(counting, b, thread));
                    let result = need!(op.apply(a, b));
                    push!(need!(heap.int(result, thread)));
                }
                // ANCHOR_END: binary
                I::CompareOp(op) => {
                    let (b, a) = (pop!(), pop!());
                    let a = need!(heap.spend(counting, a, thread));
                    let b = need!(heap.spend(counting, b, thread));
                    let truth = op.apply(a, b);
                    // Mostly a jump is next. Then nobody needs the truth as an object: CPython 3.11
                    // has COMPARE_OP_INT_JUMP for that.
                    match instructions[next] {
                        I::PopJumpIfTrue(to) => jump!(truth, to, next + 1),
                        I::PopJumpIfFalse(to) => jump!(!truth, to, next + 1),
                        _ => {
                            let truth = self.truth[usize::from(truth)];
                            need!(heap.incref(truth, thread));
                            push!(truth);
                        }
                    }
                }
                I::PopJumpIfTrue(to) => {
                    let truth = need!(heap.spend(counting, pop!(), thread)) != 0;
                    jump!(truth, to, next);
                }
                I::PopJumpIfFalse(to) => {
                    let truth = need!(heap.spend(counting, pop!(), thread)) != 0;
                    jump!(!truth, to, next);
                }
                I::JumpForward(to) => next = to as usize,
                I::JumpBackward(to) => {
                    next = to as usize;
                    need!(self.eval_breaker(thread));
                }
                I::ReturnValue => {
                    let value = pop!();
                    // All of them, and each once, even when one is gone already.
                    let mut left = Ok(());
                    for local in &frame.values[..code.locals.len()] {
                        left = left.and(heap.decref(counting, *local, thread));
                    }
                    top = 0;
                    need!(left);
                    return Ok(value);
                }
                I::LoadGlobal(_)
                | I::StoreGlobal(_)
                | I::Call(_)
                | I::CallNative(_)
                | I::BuildList(_)
                | I::ListAppend
                | I::BinarySubscr
                | I::PopTop => {
                    frame.top = top;
                    let done = self.less_often(thread, frame, instruction);
                    top = frame.top;
                    need!(done);
                }
            }
        }
    }

    /// What is not done in the loop itself, so that it stays small.
    fn less_often(
        &self,
        thread: &mut Thread,
        frame: &mut Frame,
        instruction: Instruction,
    ) -> Result<(), Halt> {
        use Instruction as I;

        match instruction {
            I::LoadGlobal(place) => {
                // Counted before anybody can store another one.
                let global = lock(&self.globals[place as usize]);
                self.heap().incref(*global, thread)?;
                frame.push(*global);
            }
            I::StoreGlobal(place) => {
                let value = frame.pop();
                let before =
                    mem::replace(&mut *lock(&self.globals[place as usize]), value);
                self.decref(before, thread)?;
            }
            I::Call(count) => {
                if frame.depth == DEEPEST {
                    return Err(Trap::RecursionError.into());
                }
                let function =
                    self.heap().function_number(frame.under(count as usize))?;
                if self.program.program().functions[function].parameters != count as usize
                {
                    return Err(Trap::TypeError.into());
                }
                let arguments = frame.pop_many(count as usize).to_vec();
                let returned = self.call(thread, function, &arguments, frame.depth + 1);
                let returned =
                    returned.map_err(|stopped| Halt::Below(Box::new(stopped)))?;
                let function = frame.pop();
                frame.push(returned);
                self.decref(function, thread)?;
            }
            I::CallNative(native) => {
                let arguments = frame.pop_many(native.arguments()).to_vec();
                let result = self.native(thread, native, &arguments)?;
                frame.push(result);
                for argument in arguments {
                    self.decref(argument, thread)?;
                }
            }
            I::BuildList(count) => {
                let items = frame.pop_many(count as usize).to_vec();
                let list = self.heap().list(items, thread)?;
                frame.push(list);
            }
            I::ListAppend => {
                let (list, value) = frame.pop_two();
                self.heap().with_list(list, |items| items.push(value))?;
                self.decref(list, thread)?;
            }
            I::BinarySubscr => {
                let (list, place) = frame.pop_two();
                let at = usize::try_from(self.heap().spend(
                    self.policy.counting(),
                    place,
                    thread,
                )?);
                let item = self.heap().with_list(list, |items| {
                    let item = at.ok().and_then(|at| items.get(at)).copied();
                    let item = item.ok_or(Trap::IndexError)?;
                    self.heap().incref(item, thread)?;
                    Ok::<_, Trap>(item)
                })??;
                frame.push(item);
                self.decref(list, thread)?;
            }
            _ => {
                let top = frame.pop();
                self.decref(top, thread)?;
            }
        }
        Ok(())
    }

    /// Calls what is not written in bytecode.
    fn native(
        &self,
        thread: &mut Thread,
        native: Native,
        arguments: &[Ref],
    ) -> Result<Ref, Trap> {
        let argument = arguments[0];
        let number = match native {
            Native::Acquire => {
                let (held, released) = self.lock_of(argument)?;
                if mem::replace(&mut *lock(held), true) {
                    self.without_the_lock(thread, || {
                        let mut held = lock(held);
                        while mem::replace(&mut *held, true) {
                            held = released
                                .wait(held)
                                .unwrap_or_else(PoisonError::into_inner);
                        }
                    });
                }
                0
            }
            Native::Release => {
                let (held, released) = self.lock_of(argument)?;
                *lock(held) = false;
                released.notify_one();
                0
            }
            Native::Receive => return self.receive(thread, argument),
            Native::Send => {
                let text = self.heap().text(arguments[1])?;
                let mut connection = self.connection(argument)?;
                let sent = self
                    .without_the_lock(thread, || connection.write_all(text.as_bytes()));
                sent.is_ok().into()
            }
            Native::Truth => match self.heap().kind(argument)? {
                Kind::None => 0,
                Kind::Int => i64::from(self.heap().number(argument)? != 0),
                _ => 1,
            },
            Native::Len => self.heap().with_list(argument, |items| items.len() as i64)?,
            // ANCHOR: native
            Native::Hash => hash(self.heap().number(argument)?),
            Native::HashReleased => {
                let rounds = self.heap().number(argument)?;
                self.without_the_lock(thread, || hash(rounds))
            }
            // ANCHOR_END: native
            Native::Sleep => {
                let micros = self.heap().number(argument)?.max(0).cast_unsigned();
                self.without_the_lock(thread, || {
                    thread::sleep(Duration::from_micros(micros))
                });
                0
            }
        };
        self.heap().int(number, thread)
    }

    /// A text from a connection, or `None` when it is closed.
    fn receive(&self, thread: &mut Thread, connection: Ref) -> Result<Ref, Trap> {
        let mut connection = self.connection(connection)?;
        let mut bytes = [0; 256];
        let read = self.without_the_lock(thread, || connection.read(&mut bytes));
        match read {
            Ok(length @ 1..) => {
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                self.heap().str(text, thread)
            }
            _ => {
                self.heap().incref(self.nothing, thread)?;
                Ok(self.nothing)
            }
        }
    }

    /// The connection with this number.
    fn connection(&self, number: Ref) -> Result<&TcpStream, Trap> {
        let number = usize::try_from(self.heap().number(number)?).ok();
        number.and_then(|number| self.connections.get(number)).ok_or(Trap::IndexError)
    }

    /// The lock with this number.
    fn lock_of(&self, number: Ref) -> Result<&(Mutex<bool>, Condvar), Trap> {
        let number = usize::try_from(self.heap().number(number)?).ok();
        number.and_then(|number| self.locks.get(number)).ok_or(Trap::IndexError)
    }

    /// Lets others run meanwhile (`Py_BEGIN_ALLOW_THREADS`).
    // ANCHOR: release
    fn without_the_lock<T>(&self, thread: &mut Thread, work: impl FnOnce() -> T) -> T {
        self.policy.locking().release(thread);
        let result = work();
        self.policy.locking().acquire(thread);
        result
    }
    // ANCHOR_END: release
}

/// A function that is being run.
struct Frame<'i> {
    code: &'i Code,
    constants: &'i [Ref],
    /// The local variables, and after them the stack.
    values: [Ref; FRAME],
    /// Where the next value on the stack goes.
    top: usize,
    /// The address of the next instruction.
    next: usize,
    depth: usize,
}

impl Frame<'_> {
    #[inline]
    fn push(&mut self, object: Ref) {
        self.values[self.top] = object;
        self.top += 1;
    }

    #[inline]
    fn pop(&mut self) -> Ref {
        self.top -= 1;
        self.values[self.top]
    }

    /// The second from the top, and the top.
    #[inline]
    fn pop_two(&mut self) -> (Ref, Ref) {
        let b = self.pop();
        (self.pop(), b)
    }

    /// What is under so many from the top.
    fn under(&self, count: usize) -> Ref {
        self.values[self.top - 1 - count]
    }

    /// So many from the top, the lowest first.
    fn pop_many(&mut self, count: usize) -> &[Ref] {
        self.top -= count;
        &self.values[self.top..self.top + count]
    }
}

/// Why a frame doesn't go on: something here, or in a function that it called.
enum Halt {
    Here(Trap),
    Below(Box<Stopped>),
}

impl From<Trap> for Halt {
    fn from(trap: Trap) -> Self {
        Self::Here(trap)
    }
}

impl Binary {
    #[inline]
    fn apply(self, a: i64, b: i64) -> Result<i64, Trap> {
        let result = match self {
            Self::Add => a.checked_add(b),
            Self::Subtract => a.checked_sub(b),
            Self::Multiply => a.checked_mul(b),
            // Of the sign of `b`, as in Python.
            Self::Remainder => match b {
                -1 => Some(0),
                _ => a
                    .checked_rem(b)
                    .map(|r| if r != 0 && (r < 0) != (b < 0) { r + b } else { r }),
            },
        };
        result.ok_or(Trap::ArithmeticError)
    }
}

impl Comparison {
    #[inline]
    fn apply(self, a: i64, b: i64) -> bool {
        match self {
            Self::Less => a < b,
            Self::Greater => a > b,
            Self::Equal => a == b,
        }
    }
}

/// Rounds of a hash (FNV-1a), which nobody can compute in a shorter way.
fn hash(rounds: i64) -> i64 {
    let step =
        |hash: u64, n: i64| (hash ^ n.cast_unsigned()).wrapping_mul(0x0100_0000_01b3);
    hint::black_box((0..rounds).fold(0xcbf2_9ce4_8422_2325, step)).cast_signed()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
