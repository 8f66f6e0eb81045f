//! Takes a seat only if the number is still, or again, the one that was seen.

use crate::crowd::at_once;
use crate::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Buys a seat if one is free; says whether it did. The exchange writes only if the number
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

/// How many of `buyers`, who all come at once, get one of so many `seats`.
pub fn sell(seats: i64, buyers: usize) -> usize {
    let free = AtomicI64::new(seats);
    let got_one = at_once(buyers, || buy(&free));
    got_one.into_iter().map(usize::from).sum()
}
