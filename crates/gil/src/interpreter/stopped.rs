//! Why a program stopped.

use std::fmt;

use crate::heap::Trap;

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
