//! Wrong: it moves nothing where the amount is below zero.
//! Caught by `a_balance_may_fall_below_zero`: were moved from account

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    if from == to || amount <= 0 {
        return;
    }
    let first = accounts[from.min(to)].lock().unwrap();
    let second = accounts[from.max(to)].lock().unwrap();
    let (mut payer, mut receiver) =
        if from < to { (first, second) } else { (second, first) };
    *payer -= amount;
    *receiver += amount;
}
