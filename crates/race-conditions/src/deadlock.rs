//! Threads that wait for each other, for ever.
//!
//! * [`watch`]: locks that know who has them and who waits, and refuse to close a cycle.
//! * [`transfer`]: two accounts, locked in opposite order, or always in the same.
//! * [`philosophers`]: the same with more than two, around a table.
//! * [`patience`]: the same table with ordinary locks, and a limit to waiting.

pub mod patience;
pub mod philosophers;
pub mod transfer;
pub mod watch;

pub use watch::{Deadlock, Watch, Watched};

#[cfg(test)]
mod tests {
    use super::philosophers::{dine, forced as forced_dinner, lower_first};
    use super::*;

    #[test]
    fn the_forced_deadlock_comes_a_thousand_times_of_a_thousand() {
        for _ in 0..1_000 {
            let deadlock = transfer::forced().expect_err("they wait for each other");
            assert_eq!(
                deadlock.to_string(),
                "Ada has x and waits for y, which Ben has; Ben has y and waits for x, which Ada has"
            );
            assert_eq!(forced_dinner(5).expect_err("all five").cycle().len(), 5);
        }
    }

    #[test]
    fn in_order_there_is_none() {
        let both = transfer::both_ways(transfer::in_order, 10_000);
        assert_eq!(both, Ok((100, 100)));
        assert_eq!(dine(5, 2_000, lower_first), Ok(10_000));
    }

    #[test]
    fn a_lock_taken_twice_is_a_cycle_of_one() {
        let watch = Watch::new();
        let lock = Watched::new(&watch, "the door", 0);
        let held = lock.lock("Ada").expect("it is free");
        let deadlock = lock.lock("Ada").expect_err("she has it");
        assert_eq!(
            deadlock.to_string(),
            "Ada has the door and waits for the door, which Ada has"
        );
        drop(held);
        assert!(lock.lock("Ada").is_ok());
    }

    #[test]
    fn a_panic_gives_the_lock_back() {
        let watch = Watch::new();
        let lock = Watched::new(&watch, "the door", 7);
        let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = lock.lock("Ada").expect("it is free");
            std::panic::resume_unwind(Box::new("out of paper"));
        }));
        assert!(panics.is_err());
        assert_eq!(lock.lock("Ben").map(|value| *value), Ok(7));
    }
}
