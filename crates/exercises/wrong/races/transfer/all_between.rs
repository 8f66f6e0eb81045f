//! Wrong: it locks the two accounts and all between them. For neighbours, that is right.
//! Caught by `locks_no_others_than_the_two`: Does the transfer take one of these?

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    let (low, high) = (from.min(to), from.max(to));
    let mut held: Vec<_> =
        accounts[low..=high].iter().map(|account| account.lock().unwrap()).collect();
    *held[from - low] -= amount;
    *held[to - low] += amount;
}
