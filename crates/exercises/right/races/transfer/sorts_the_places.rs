//! Right: the lower place is locked first, and the sign of the amount says who pays.

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    if from == to {
        return;
    }
    let (low, high) = (from.min(to), from.max(to));
    let amount = if from == low { amount } else { -amount };
    let mut first = accounts[low].lock().unwrap();
    let mut second = accounts[high].lock().unwrap();
    *first -= amount;
    *second += amount;
}
