//! Wrong: it never holds two locks, so there is no deadlock. But in between, the auditor
//! finds the money twice.
//! Caught by `the_auditor_always_sees_the_same_total`: the auditor saw a total of 230, not 200

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    let mut receiver = accounts[to].lock().unwrap();
    *receiver += amount;
    drop(receiver);
    let mut payer = accounts[from].lock().unwrap();
    *payer -= amount;
}
