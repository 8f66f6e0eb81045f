//! Takes a seat only if the number is still, or again, the one that was seen.

use std::iter::repeat_with;

use crate::crowd::at_once;
use crate::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Buys a seat if one is free; returns whether it did. The exchange writes only if the number
/// is still the one we saw; otherwise we look again.
// ANCHOR: buy
pub fn buy(free: &AtomicI64) -> bool {
    let mut seen = free.load(Relaxed);
    while seen > 0 {
        match free.compare_exchange_weak(seen, seen - 1, Relaxed, Relaxed) {
            Ok(_) => return true,
            Err(now) => seen = now,
        }
    }
    false
}
// ANCHOR_END: buy

/// Sells `seats` seats to `buyers` buyers, who all come at once and buy until they get none.
/// Returns how many were sold.
pub fn sell(seats: i64, buyers: usize) -> usize {
    let free = AtomicI64::new(seats);
    let bought = at_once(buyers, || {
        repeat_with(|| buy(&free)).take_while(|&got_one| got_one).count()
    });
    bought.into_iter().sum()
}
