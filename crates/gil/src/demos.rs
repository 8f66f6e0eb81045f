//! What `cargo run -p gil` prints.

mod computing;
mod lanes;
mod waiting;

use std::time::Duration;

pub(crate) use computing::{listing, threads, unlocked};
use gil::interpreter::{Ended, Interpreter, MOST_THREADS};
use gil::policy::Policy;
use gil::programs::program;
pub(crate) use lanes::{lanes, lanes_as_json};
use tour::spare;
pub(crate) use waiting::{echo, native, pages};

/// How many objects the interpreter has room for.
const PLACES: u32 = 65_536;

/// For how long a client sends requests.
const ASKS: Duration = Duration::from_millis(300);

/// Makes sure that an interpreter can have `threads` threads, and that the system has them to
/// spare, with one more for the client that the interpreter talks to. The error is one line.
fn ask_for(threads: usize) -> Result<(), String> {
    if threads > MOST_THREADS {
        return Err(format!(
            "an interpreter has at most {MOST_THREADS} threads; take fewer workers"
        ));
    }
    spare::threads(threads + 1)
}

fn interpreter<P: Policy>(name: &str) -> Result<Interpreter<P>, String> {
    let made = Interpreter::new(P::default(), program(name), PLACES);
    made.map_err(|trap| format!("couldn't load `{name}`: {trap}"))
}

/// Makes sure that every thread has returned; otherwise the error says why the first of the others
/// stopped.
fn returned(ended: &[Ended]) -> Result<(), String> {
    ended.iter().try_for_each(|ended| match &ended.returned {
        Ok(_) => Ok(()),
        Err(stopped) => Err(stopped.to_string()),
    })
}
