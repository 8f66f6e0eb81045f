//! What `cargo run -p gil` prints.

mod computing;
mod lanes;
mod waiting;

use std::time::Duration;

pub(crate) use computing::{listing, threads, unlocked};
use gil::interpreter::{Ended, Interpreter};
use gil::policy::Policy;
use gil::programs::program;
pub(crate) use lanes::{lanes, lanes_as_json};
pub(crate) use waiting::{echo, native, pages};

/// Room for objects.
const PLACES: u32 = 65_536;

/// How long a client asks.
const ASKS: Duration = Duration::from_millis(300);

fn interpreter<P: Policy>(name: &str) -> Result<Interpreter<P>, String> {
    let made = Interpreter::new(P::default(), program(name), PLACES);
    made.map_err(|trap| format!("couldn't load `{name}`: {trap:?}"))
}

/// Every thread has returned, or the first that didn't says why.
fn returned(ended: Vec<Ended>) -> Result<(), String> {
    ended.into_iter().try_for_each(|ended| match ended.returned {
        Ok(_) => Ok(()),
        Err(stopped) => Err(stopped.to_string()),
    })
}
