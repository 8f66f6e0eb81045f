//! Looks and takes behind one lock.

use crate::crowd::at_once;
use crate::sync::Mutex;

/// Buys a seat if one is free; says whether it did. The lock is held from the look to the
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

/// How many of `buyers`, who all come at once, get one of so many `seats`.
pub fn sell(seats: i64, buyers: usize) -> usize {
    let free = Mutex::new(seats);
    let got_one = at_once(buyers, || buy(&free));
    got_one.into_iter().map(usize::from).sum()
}
