//! Several threads add to one number. One broken way, and four that lose nothing, side by
//! side, with the same signature: threads and additions of each in, the number out.
//!
//! * [`broken`]: load, add, store; in between, other threads do the same.
//! * [`mutex`]: the same behind a lock.
//! * [`atomic`]: adds in one step of the processor.
//! * [`owner`]: a thread owns the number, the others send it what to add.
//! * [`joined`]: each thread counts for itself, and `join` returns it.

pub mod atomic;
pub mod broken;
pub mod joined;
pub mod mutex;
pub mod owner;

/// A way to count: takes how many threads there are and how often each of them adds one;
/// returns the number.
pub type Way = fn(usize, u64) -> u64;

/// All ways by name, the broken one first.
pub const WAYS: [(&str, Way); 5] = [
    ("load and store", broken::count),
    ("mutex", mutex::count),
    ("atomic", atomic::count),
    ("one owner", owner::count),
    ("sums joined", joined::count),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_ways_lose_nothing() {
        for (name, count) in &WAYS[1..] {
            assert_eq!(count(4, 1_000), 4_000, "{name}");
            assert_eq!(count(0, 5), 0, "{name}");
        }
    }

    #[test]
    fn a_thread_alone_loses_nothing() {
        for count in [broken::count, broken::count_together] {
            assert_eq!(count(1, 1_000), 1_000);
            assert_eq!(count(0, 5), 0);
        }
    }

    #[test]
    fn started_together_two_threads_meet() {
        // So few additions that one thread is done before the other has started, if they don't
        // wait for each other.
        let loses = |_: &u32| broken::count_together(2, 1_000) < 2_000;
        let lost = (0..1_000).filter(loses).count();
        assert!(lost > 0 || workloads::parts::cores() < 2, "none of a thousand runs");
    }

    #[test]
    fn the_forced_update_is_lost_a_thousand_times_of_a_thousand() {
        for _ in 0..1_000 {
            assert_eq!(broken::forced(), 1);
        }
    }
}
