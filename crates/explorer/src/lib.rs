//! What can happen? Every schedule of a small program, counted.
//!
//! A program is a text, as [`Program::parse`] reads it: a few threads, each a short list of
//! atomic steps. [`Exploration::of`] finds every state that some schedule reaches, every way
//! to end, how many schedules end so, and a shortest one that ends badly.
//!
//! Read `program.rs` first, then `state.rs` (what a step does), `exploration.rs`
//! (all steps in every order) and `endless.rs` (what goes on for ever and gets nowhere). `schedule.rs` runs
//! one schedule, `parse.rs` reads the text, `json.rs` writes all of it for the book. `level.rs` is the game
//! of the page "Play the schedule", and `page.rs` what that page calls: this crate is compiled to
//! WebAssembly for it (`cargo book wasm`).
//!
//! The explorer is a model. Its memory is *sequentially consistent*: the steps of all threads
//! happen one after the other, and every thread sees what was written before.
//! [`Program::buffered`] is the same program on a processor that buffers stores.

mod cycles;
mod endless;
mod exploration;
mod json;
mod level;
pub mod page;
mod parse;
mod program;
mod schedule;
mod state;

pub use endless::{Endless, Kind};
pub use exploration::{Exploration, LARGEST, Outcome, Unexplorable};
pub use json::count;
pub use level::Level;
pub use parse::Unreadable;
pub use program::{
    Action, Condition, Memory, Program, Relation, Step, Sum, Term, Thread, Value,
};
pub use schedule::Schedule;
pub use state::{Misstep, Sleepers, State, Waits};
