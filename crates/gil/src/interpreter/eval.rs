//! The loop: fetches an instruction, does it, and fetches the next (`_PyEval_EvalFrame`).

use std::{hint, mem};

use super::frame::{Frame, Halt};
use super::natives;
use super::state::{State, lock};
use super::stopped::Stopped;
use crate::heap::Trap;
use crate::policy::{Locking, Policy};
use crate::program::{Binary, Comparison, DEEPEST, FRAME, Instruction};
use crate::reference::Ref;
use crate::thread::Thread;

/// Calls the function with this number. Its frame takes over the references in `arguments`; `depth`
/// is how many calls are below this one.
pub(super) fn call<P: Policy>(
    state: &State<P>,
    thread: &mut Thread,
    function: usize,
    arguments: &[Ref],
    depth: usize,
) -> Result<Ref, Stopped> {
    let code = &state.program.program().functions[function];
    let mut frame = Frame {
        code,
        constants: &state.constants[function],
        values: [state.nothing; FRAME],
        top: code.locals.len(),
        next: 0,
        depth,
    };
    frame.values[..arguments.len()].copy_from_slice(arguments);
    let returned = execute(state, thread, &mut frame);
    if returned.is_err() {
        // What the failed instruction had already popped from the stack is lost; all the rest is
        // given back.
        for value in &frame.values[..frame.top.min(FRAME)] {
            let _ = state.decref(*value, thread);
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
/// `next` and `top` are local variables here, not fields of the frame, so that they stay in
/// registers: every instruction changes them.
fn execute<P: Policy>(
    state: &State<P>,
    thread: &mut Thread,
    frame: &mut Frame,
) -> Result<Ref, Halt> {
    use Instruction as I;

    let (heap, locking) = (state.heap(), state.policy.locking());
    let counting = state.policy.counting();
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
    /// The value of a result; a trap ends the function.
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

    // Some instructions mostly follow certain others, and to look for those right away is faster
    // than another turn of the loop. CPython 3.11 has superinstructions for these pairs,
    // LOAD_FAST__LOAD_CONST and STORE_FAST__LOAD_FAST.
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
    /// Jumps to `$to` if `$is_so` is true, and goes on at `$on` otherwise.
    macro_rules! jump {
        ($is_so:expr, $to:expr, $on:expr) => {{
            let on = $on;
            let backward = ($to as usize) < on;
            next = on;
            if $is_so {
                // The black box keeps this a branch, whose outcome the core predicts. With a
                // conditional move, the core would have to wait for the comparison before it could
                // fetch the next instruction.
                next = hint::black_box($to as usize);
                if backward {
                    need!(state.eval_breaker(thread));
                }
            }
        }};
    }

    for _ in code.parameters..code.locals.len() {
        need!(heap.incref(state.nothing, thread));
    }
    need!(state.eval_breaker(thread));
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
                // Mostly a jump comes next, which needs no object for the result of the comparison.
                // CPython 3.11 has COMPARE_OP_INT_JUMP for that.
                match instructions[next] {
                    I::PopJumpIfTrue(to) => jump!(truth, to, next + 1),
                    I::PopJumpIfFalse(to) => jump!(!truth, to, next + 1),
                    _ => {
                        let truth = state.truth[usize::from(truth)];
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
                need!(state.eval_breaker(thread));
            }
            I::ReturnValue => {
                let value = pop!();
                // Each local loses one reference, even when a trap has come from one before it.
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
                let done = less_often(state, thread, frame, instruction);
                top = frame.top;
                need!(done);
            }
        }
    }
}

/// Executes the instructions that are less frequent, so that the loop itself stays small.
fn less_often<P: Policy>(
    state: &State<P>,
    thread: &mut Thread,
    frame: &mut Frame,
    instruction: Instruction,
) -> Result<(), Halt> {
    use Instruction as I;

    match instruction {
        I::LoadGlobal(place) => {
            // The reference is counted while the variable is locked: otherwise another thread could
            // store a new object and free this one in between.
            let global = lock(&state.globals[place as usize]);
            state.heap().incref(*global, thread)?;
            frame.push(*global);
        }
        I::StoreGlobal(place) => {
            let value = frame.pop();
            let before = mem::replace(&mut *lock(&state.globals[place as usize]), value);
            state.decref(before, thread)?;
        }
        I::Call(count) => {
            if frame.depth == DEEPEST {
                return Err(Trap::RecursionError.into());
            }
            let function = state.heap().function_number(frame.under(count as usize))?;
            if state.program.program().functions[function].parameters != count as usize {
                return Err(Trap::TypeError.into());
            }
            let arguments = frame.pop_many(count as usize).to_vec();
            let returned = call(state, thread, function, &arguments, frame.depth + 1);
            let returned = returned.map_err(|stopped| Halt::Below(Box::new(stopped)))?;
            let function = frame.pop();
            frame.push(returned);
            state.decref(function, thread)?;
        }
        I::CallNative(native) => {
            let arguments = frame.pop_many(native.arguments()).to_vec();
            let result = natives::call(state, thread, native, &arguments)?;
            frame.push(result);
            for argument in arguments {
                state.decref(argument, thread)?;
            }
        }
        I::BuildList(count) => {
            let items = frame.pop_many(count as usize).to_vec();
            let list = state.heap().list(items, thread)?;
            frame.push(list);
        }
        I::ListAppend => {
            let (list, value) = frame.pop_two();
            state.heap().with_list(list, |items| items.push(value))?;
            state.decref(list, thread)?;
        }
        I::BinarySubscr => {
            let (list, place) = frame.pop_two();
            let at = usize::try_from(state.heap().spend(
                state.policy.counting(),
                place,
                thread,
            )?);
            let item = state.heap().with_list(list, |items| {
                let item = at.ok().and_then(|at| items.get(at)).copied();
                let item = item.ok_or(Trap::IndexError)?;
                state.heap().incref(item, thread)?;
                Ok::<_, Trap>(item)
            })??;
            frame.push(item);
            state.decref(list, thread)?;
        }
        _ => {
            let top = frame.pop();
            state.decref(top, thread)?;
        }
    }
    Ok(())
}

impl Binary {
    #[inline]
    fn apply(self, a: i64, b: i64) -> Result<i64, Trap> {
        let result = match self {
            Self::Add => a.checked_add(b),
            Self::Subtract => a.checked_sub(b),
            Self::Multiply => a.checked_mul(b),
            // The result has the sign of `b`, as in Python.
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
