//! A few seats, and more people who want one. One broken way to sell them, and three that
//! sell each only once, side by side, with the same signature: they take how many seats and
//! buyers there are, and return how many seats were sold.
//!
//! * [`broken`]: looks whether a seat is free, and then takes it.
//! * [`mutex`]: looks and takes while nobody else may do either.
//! * [`exchange`]: takes it only if the number is still the one we saw, in one step.
//! * [`owner`]: a thread owns the seats, and the buyers ask it.

pub mod broken;
pub mod exchange;
pub mod mutex;
pub mod owner;

/// A way to sell: takes how many seats and buyers there are; returns how many seats were sold.
/// Each buyer buys until none is left.
pub type Way = fn(i64, usize) -> usize;

/// All ways by name, the broken one first.
pub const WAYS: [(&str, Way); 4] = [
    ("look, then take", broken::sell),
    ("mutex", mutex::sell),
    ("exchange", exchange::sell),
    ("one owner", owner::sell),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_ways_sell_each_seat_once() {
        for (name, sell) in &WAYS[1..] {
            assert_eq!(sell(1, 4), 1, "{name}");
            assert_eq!(sell(1_000, 4), 1_000, "{name}");
            assert_eq!(sell(0, 2), 0, "{name}");
        }
    }

    #[test]
    fn a_buyer_alone_gets_what_there_is() {
        assert_eq!(broken::sell(5, 1), 5);
        assert_eq!(broken::sell(0, 1), 0);
    }

    #[test]
    fn the_forced_seat_is_sold_twice_a_thousand_times_of_a_thousand() {
        for _ in 0..1_000 {
            assert_eq!(broken::forced(), 2);
        }
    }
}
