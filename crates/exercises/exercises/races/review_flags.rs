//! # Review: one fence is enough?
//!
//! Chapter: races/order.md
//!
//! The program below the line was handed in for review, in the language of the explorer.
//! Each of two threads raises its flag, and then looks whether the other flag is up.
//! Whoever sees no other flag goes in, so at least one of them has to see the other one.
//! The author has heard that a processor may let a store wait, and has put a fence behind
//! the store of `A`. The other one needs none, says the comment. Under which schedule do
//! both see no flag?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! At `A`, the thread `A` takes its next step. A store goes into a buffer of its thread
//! first, and at `a` the oldest store in the buffer of `A` reaches memory. A `fence()`
//! has to wait until that buffer is empty.
//!
//! The constraint: the schedule ends with the turn that breaks the program, which is the
//! last turn of all.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AaAABbB"
}

// ---- The checks. Leave them as they are. ----

const PROGRAM: &str = "
# One raises flag x, the other one flag y. Whoever sees no other flag goes in.
shared x = 0
shared y = 0

thread A
  x.store(1)
  fence() # The other one needs none: this flag is up before anybody looks here.
  saw = y.load()
thread B
  y.store(1)
  saw = x.load()

expect A.saw + B.saw >= 1
";

fn main() {
    println!("{}", witness::play_program(PROGRAM, schedule()));
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn the_schedule_breaks_the_code() {
        let played = witness::play_program(PROGRAM, schedule());
        assert!(played.broke(), "{played}");
    }
}
