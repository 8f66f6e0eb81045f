//! The verifier: finds mistakes in a program before it runs.
//!
//! The verifier follows every path through a function and notes how many values are on the stack at
//! each instruction. All paths to an instruction have to arrive with the same number of values, as
//! the verifier of the JVM demands, too. The interpreter relies on that, and never checks how full
//! the stack is.

use std::fmt;

use crate::program::{Code, FRAME, Instruction, Program};

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The function.
    pub function: String,
    /// The address of the instruction.
    pub address: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What can be wrong with an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It takes more values from the stack than there are.
    Underflow,
    /// Two paths arrive at it with different numbers of values on the stack.
    Unbalanced,
    /// It names a constant or a variable that doesn't exist.
    Missing,
    /// It jumps to an address that doesn't exist, or in the wrong direction.
    OutOfRange,
    /// It is the last instruction of its function, and doesn't return.
    FallsOff,
    /// With the values that it pushes, the function has more values than a frame holds.
    TooMany,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { function, address, problem } = self;
        let problem = match problem {
            Problem::Underflow => "takes more from the stack than is there",
            Problem::Unbalanced => {
                "is reached with different numbers of values on the stack"
            }
            Problem::Missing => "names something that is not there",
            Problem::OutOfRange => "jumps out of range",
            Problem::FallsOff => "is the end, and doesn't return",
            Problem::TooMany => "needs more values than a frame holds",
        };
        write!(f, "`{function}`, address {address}: it {problem}")
    }
}

impl std::error::Error for Error {}

/// A program that has passed the verifier.
#[derive(Clone, Debug)]
pub struct Verified(Program);

impl Verified {
    /// The program.
    pub fn program(&self) -> &Program {
        &self.0
    }
}

/// Verifies a program.
///
/// # Errors
///
/// The first mistake that is found.
pub fn verify(program: Program) -> Result<Verified, Error> {
    for code in &program.functions {
        check(code, &program).map_err(|(address, problem)| Error {
            function: code.name.clone(),
            address,
            problem,
        })?;
    }
    Ok(Verified(program))
}

fn check(code: &Code, program: &Program) -> Result<(), (usize, Problem)> {
    let mut on_stack: Vec<Option<usize>> = vec![None; code.instructions.len()];
    let mut paths = vec![(0, 0)];
    if code.instructions.is_empty() {
        return Err((0, Problem::FallsOff));
    }
    if code.parameters > code.locals.len() {
        return Err((0, Problem::Missing));
    }
    if code.locals.len() > FRAME {
        return Err((0, Problem::TooMany));
    }
    while let Some((address, depth)) = paths.pop() {
        match on_stack[address] {
            Some(before) if before == depth => continue,
            Some(_) => return Err((address, Problem::Unbalanced)),
            None => on_stack[address] = Some(depth),
        }
        let instruction = code.instructions[address];
        let (pops, pushes) =
            effect(instruction, code, program).ok_or((address, Problem::Missing))?;
        let left = depth.checked_sub(pops).ok_or((address, Problem::Underflow))?;
        let after = left + pushes;
        if code.locals.len() + after > FRAME {
            return Err((address, Problem::TooMany));
        }
        let (jump, goes_on) = way(instruction);
        if let Some((target, back)) = jump {
            let is_back = target <= address;
            if target >= code.instructions.len()
                || back.is_some_and(|back| back != is_back)
            {
                return Err((address, Problem::OutOfRange));
            }
            paths.push((target, after));
        }
        if goes_on {
            if address + 1 == code.instructions.len() {
                return Err((address, Problem::FallsOff));
            }
            paths.push((address + 1, after));
        }
    }
    Ok(())
}

/// How many values an instruction pops, and then pushes; `None` when it names something that
/// doesn't exist.
fn effect(
    instruction: Instruction,
    code: &Code,
    program: &Program,
) -> Option<(usize, usize)> {
    use Instruction as I;
    let is_there = |there: bool, effect| there.then_some(effect);
    match instruction {
        I::LoadConst(place) => is_there((place as usize) < code.constants.len(), (0, 1)),
        I::LoadFast(place) => is_there((place as usize) < code.locals.len(), (0, 1)),
        I::StoreFast(place) => is_there((place as usize) < code.locals.len(), (1, 0)),
        I::LoadGlobal(place) => {
            is_there((place as usize) < program.globals.len(), (0, 1))
        }
        I::StoreGlobal(place) => {
            is_there((place as usize) < program.globals.len(), (1, 0))
        }
        I::BinaryOp(_) | I::CompareOp(_) | I::BinarySubscr => Some((2, 1)),
        I::JumpBackward(_) | I::JumpForward(_) => Some((0, 0)),
        I::PopJumpIfTrue(_) | I::PopJumpIfFalse(_) | I::PopTop | I::ReturnValue => {
            Some((1, 0))
        }
        // Which function is called, and how many parameters it has, isn't known before the program
        // runs.
        I::Call(count) => Some(((count as usize).saturating_add(1), 1)),
        I::CallNative(native) => Some((native.arguments(), 1)),
        I::BuildList(count) => Some((count as usize, 1)),
        I::ListAppend => Some((2, 0)),
    }
}

/// Where an instruction may jump, and whether the jump has to go backward (`None`: either way); and
/// whether the instruction after this one may come next.
fn way(instruction: Instruction) -> (Option<(usize, Option<bool>)>, bool) {
    use Instruction as I;
    match instruction {
        I::JumpBackward(to) => (Some((to as usize, Some(true))), false),
        I::JumpForward(to) => (Some((to as usize, Some(false))), false),
        I::PopJumpIfTrue(to) | I::PopJumpIfFalse(to) => (Some((to as usize, None)), true),
        I::ReturnValue => (None, false),
        _ => (None, true),
    }
}
