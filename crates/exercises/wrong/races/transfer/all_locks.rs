//! Wrong: it does as the auditor does, and locks the whole bank. That is safe, and even
//! an account that pays itself is no problem, but only one transfer can go on at a time.
//! Caught by `locks_no_others_than_the_two`: Does the transfer take one of these?

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    let mut balances: Vec<_> =
        accounts.iter().map(|account| account.lock().unwrap()).collect();
    *balances[from] -= amount;
    *balances[to] += amount;
}
