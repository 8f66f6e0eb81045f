//! Wrong: the order is right, but from an account to itself it takes the same lock twice,
//! and waits for itself.
//! Caught by `from_an_account_to_itself`: deadlock

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    let mut first = accounts[from.min(to)].lock().unwrap();
    let mut second = accounts[from.max(to)].lock().unwrap();
    let amount = if from < to { amount } else { -amount };
    *first -= amount;
    *second += amount;
}
