//! A small interpreter of bytecode with a global interpreter lock (GIL), and with the policies that
//! can stand in its place. Read the modules in this order:
//!
//! * [`program`]: functions and instructions, named as `dis` names them.
//! * [`assembler`]: makes a program of a text that reads like a listing of `dis`.
//! * [`verifier`]: finds mistakes in a program before it runs.
//! * [`heap`]: objects and their reference counts; a [`mod@reference`] names an object.
//! * [`interpreter`]: the loop that fetches an instruction, executes it, and fetches the next.
//! * [`mod@thread`]: what each thread of the interpreter has to itself.
//! * [`policy`]: how threads are kept from corrupting the objects that they share. A policy
//!   combines a way of [`counting`] references with one of two designs of the [`lock`], or with no
//!   lock.
//! * [`lanes`]: which thread held the lock when.
//! * [`programs`]: the programs that the book runs. [`echo`] runs one of them with a client, and
//!   `echo_process` (on Unix) does so in a process of its own.
//! * [`fetching`]: runs another one against a slow site.
//! * [`per_interpreter`]: gives each thread an interpreter of its own; `process_each` (on Unix)
//!   uses a process instead of each thread.
//!
//! To follow one instruction from fetch to effect: `interpreter/eval.rs` fetches and executes it,
//! `heap.rs` has the objects, and a file in `counting/` says what a reference costs.

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

/// The kinds of work that worker processes of this crate know.
#[cfg(unix)]
pub const WORKS: &[processes::worker::Work] =
    &[process_each::COUNTDOWN, echo_process::ECHO];
