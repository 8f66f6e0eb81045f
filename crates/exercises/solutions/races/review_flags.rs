//! # Review: one fence is enough?
//!
//! Chapter: races/order.md
//!
//! Why: The fence keeps `A` from looking before its flag is up. Nothing keeps `B`: its
//! store lies in the buffer while it looks, and no flag of `A` is there yet. Then `A`
//! does all that it has to, fence included, and still doesn't see the flag that waits in
//! the buffer of `B`. A fence orders the steps of one thread only, so each of the two
//! needs one. In Rust, all four accesses have to be `SeqCst`.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "BBAaAAb"
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
