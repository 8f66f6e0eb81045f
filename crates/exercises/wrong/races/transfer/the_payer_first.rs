//! Wrong: it takes the locks in the order of its arguments. Two transfers in opposite
//! directions take them in opposite orders, and wait for each other.
//! Caught by `transfers_in_both_directions_go_through`: deadlock: nobody can go on
//! Caught by `the_auditor_always_sees_the_same_total`: the caller holds lock 1 and waits for lock 2

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    if from == to {
        return;
    }
    let mut payer = accounts[from].lock().unwrap();
    let mut receiver = accounts[to].lock().unwrap();
    *payer -= amount;
    *receiver += amount;
}
