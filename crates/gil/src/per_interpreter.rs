//! An interpreter for each thread: nothing is shared, and each has a lock of its own, which nobody
//! else ever wants. CPython can do so since 3.12 (PEP 684), with `concurrent.interpreters` since
//! 3.14.

use std::thread;

use crate::heap::Trap;
use crate::interpreter::{Call, Ended, Interpreter};
use crate::policy::Interval;
use crate::verifier::Verified;

/// Runs each function in an interpreter of its own, all of them at once.
///
/// # Errors
///
/// When there is no room for the program's constants.
///
/// # Panics
///
/// When the system has no thread to spare.
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
