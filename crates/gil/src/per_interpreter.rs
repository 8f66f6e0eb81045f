//! An interpreter for each thread: the threads share nothing, and each has a lock of its own, which
//! no other thread ever wants. CPython can do so since 3.12 (PEP 684), and Python programs can ask
//! for it since 3.14 (`concurrent.interpreters`).

use std::thread;

use crate::heap::Trap;
use crate::interpreter::{Call, Ended, Interpreter};
use crate::policy::Interval;
use crate::verifier::Verified;

/// Runs each of `calls` in an interpreter of its own with room for `places` objects, all at the
/// same time. Returns how each of them ended, in the order of `calls`.
///
/// # Errors
///
/// When there is no memory for so many objects, or no room among them for the program's constants.
///
/// # Panics
///
/// As [`Interpreter::new`] and [`Interpreter::run`].
// ANCHOR: run
pub fn run(program: &Verified, calls: &[Call], places: u32) -> Result<Vec<Ended>, Trap> {
    let interpreters = calls
        .iter()
        .map(|_| Interpreter::new(Interval::default(), program.clone(), places));
    let interpreters = interpreters.collect::<Result<Vec<_>, _>>()?;
    Ok(thread::scope(|scope| {
        let threads: Vec<_> = interpreters
            .iter()
            .zip(calls)
            .map(|(interpreter, call)| scope.spawn(|| interpreter.run(&[*call], false)))
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.flat_map(|ended| ended.expect("the interpreter doesn't panic")).collect()
    }))
}
// ANCHOR_END: run
