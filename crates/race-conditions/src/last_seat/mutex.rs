//! Looks and takes behind one lock.

use std::iter::repeat_with;

use crate::crowd::at_once;
use crate::sync::Mutex;

/// Buys a seat if one is free; returns whether it did. The lock is held from the look to the
/// purchase.
// ANCHOR: buy
pub fn buy(free: &Mutex<i64>) -> bool {
    let mut free = free.lock().expect("buying doesn't panic");
    if *free <= 0 {
        return false;
    }
    *free -= 1;
    true
}
// ANCHOR_END: buy

/// Sells `seats` seats to `buyers` buyers, who all come at once and buy until they get none.
/// Returns how many were sold.
pub fn sell(seats: i64, buyers: usize) -> usize {
    let free = Mutex::new(seats);
    let bought = at_once(buyers, || {
        repeat_with(|| buy(&free)).take_while(|&got_one| got_one).count()
    });
    bought.into_iter().sum()
}
