//! First looks, then takes.

use std::iter::repeat_with;

use crate::crowd::at_once;
use crate::sync::Barrier;
use crate::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Buys a seat if one is free; returns whether it did. Calls `meanwhile` between the look and
/// the purchase: others may buy the seat then.
///
/// Taking is a read-modify-write, so no update is lost: the seats are counted exactly, below
/// zero if need be. But two atomic steps, one after the other, are not one atomic step.
// ANCHOR: buy
pub fn buy(free: &AtomicI64, meanwhile: impl FnOnce()) -> bool {
    if free.load(Relaxed) <= 0 {
        return false;
    }
    meanwhile();
    free.fetch_sub(1, Relaxed);
    true
}
// ANCHOR_END: buy

/// Sells `seats` seats to `buyers` buyers, who all come at once and buy until they get none.
/// Returns how many were sold: sometimes more than there are.
pub fn sell(seats: i64, buyers: usize) -> usize {
    let free = AtomicI64::new(seats);
    let bought = at_once(buyers, || {
        repeat_with(|| buy(&free, || {})).take_while(|&got_one| got_one).count()
    });
    bought.into_iter().sum()
}

/// Two buyers, one seat, and neither takes it before both have looked. Returns 2, always.
// ANCHOR: forced
pub fn forced() -> usize {
    let free = AtomicI64::new(1);
    let both_have_looked = Barrier::new(2);
    let got_one = at_once(2, || {
        buy(&free, || {
            both_have_looked.wait();
        })
    });
    got_one.into_iter().map(usize::from).sum()
}
// ANCHOR_END: forced
