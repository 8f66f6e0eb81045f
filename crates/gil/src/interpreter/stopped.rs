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
        let Self { function, address, trap } = self;
        write!(f, "`{function}`, address {address}: {trap}")
    }
}

impl std::error::Error for Stopped {}
