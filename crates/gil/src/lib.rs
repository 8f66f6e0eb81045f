//! The global interpreter lock, to hold in your hand: a small interpreter of bytecode, and what
//! keeps its threads from hurting each other. Read the modules in this order:
//!
//! * [`program`]: functions and instructions, named as `dis` names them.
//! * [`assembler`]: programs are texts that read like a listing of `dis`.
//! * [`verifier`]: what would go wrong, found before anything runs.
//! * [`heap`]: objects and their reference counts; a [`mod@reference`] names one.
//! * [`interpreter`]: fetch an instruction, do it, fetch the next.
//! * [`mod@thread`]: what each of its threads has to itself.
//! * [`policy`]: what keeps threads from hurting each other: [`counting`], how references are counted,
//!   and [`lock`], the lock itself in two ways.
//! * [`lanes`]: who held the lock when.
//! * [`programs`]: the programs that the book runs; [`echo`]: one of them with a client, and
//!   `echo_process`, where there is Unix: in a process of its own.
//! * [`fetching`]: another one, with a slow site.
//! * [`per_interpreter`]: an interpreter for each thread. `process_each`, where there is Unix: a
//!   process for each.
//!
//! To follow one instruction from fetch to effect: `interpreter/eval.rs` fetches and does it, `heap.rs`
//! has the objects, and a file in `counting/` says what a reference costs.

pub mod assembler;
pub mod counting;
pub mod echo;
#[cfg(unix)]
pub mod echo_process;
pub mod fetching;
pub mod heap;
pub mod interpreter;
pub mod lanes;
pub mod lock;
pub mod per_interpreter;
pub mod policy;
#[cfg(unix)]
pub mod process_each;
pub mod program;
pub mod programs;
pub mod reference;
mod sync;
pub mod thread;
pub mod verifier;

/// What workers of this crate can do.
#[cfg(unix)]
pub const WORKS: &[processes::worker::Work] =
    &[process_each::COUNTDOWN, echo_process::ECHO];
