//! The frame of a function that is being run: its locals and its stack.

use super::stopped::Stopped;
use crate::heap::Trap;
use crate::program::{Code, FRAME};
use crate::reference::Ref;

/// A function that is being run.
pub(super) struct Frame<'i> {
    pub(super) code: &'i Code,
    pub(super) constants: &'i [Ref],
    /// The local variables, and after them the stack.
    pub(super) values: [Ref; FRAME],
    /// Where the next value on the stack goes.
    pub(super) top: usize,
    /// The address of the next instruction.
    pub(super) next: usize,
    pub(super) depth: usize,
}

impl Frame<'_> {
    #[inline]
    pub(super) fn push(&mut self, object: Ref) {
        self.values[self.top] = object;
        self.top += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Ref {
        self.top -= 1;
        self.values[self.top]
    }

    /// Pops two values; returns the lower one first.
    #[inline]
    pub(super) fn pop_two(&mut self) -> (Ref, Ref) {
        let b = self.pop();
        (self.pop(), b)
    }

    /// The value below the topmost `count` values.
    pub(super) fn under(&self, count: usize) -> Ref {
        self.values[self.top - 1 - count]
    }

    /// Pops `count` values; returns the lowest one first.
    pub(super) fn pop_many(&mut self, count: usize) -> &[Ref] {
        self.top -= count;
        &self.values[self.top..self.top + count]
    }
}

/// Why a frame stops: a trap in its own function, or in one that this function called.
pub(super) enum Halt {
    Here(Trap),
    Below(Box<Stopped>),
}

impl From<Trap> for Halt {
    fn from(trap: Trap) -> Self {
        Self::Here(trap)
    }
}
