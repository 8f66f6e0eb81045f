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

/// Room for objects.
const PLACES: u32 = 65_536;

/// How long a client asks.
const ASKS: Duration = Duration::from_millis(300);

/// An interpreter can have so many threads; one more is for whoever it talks to.
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

/// Every thread has returned, or the first that didn't says why.
fn returned(ended: &[Ended]) -> Result<(), String> {
    ended.iter().try_for_each(|ended| match &ended.returned {
        Ok(_) => Ok(()),
        Err(stopped) => Err(stopped.to_string()),
    })
}
