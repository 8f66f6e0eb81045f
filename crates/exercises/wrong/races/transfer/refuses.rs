//! Wrong: it moves nothing that isn't there, although a balance may fall below zero.
//! Caught by `a_balance_may_fall_below_zero`: the balances are

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    if from == to {
        return;
    }
    let mut first = accounts[from.min(to)].lock().unwrap();
    let mut second = accounts[from.max(to)].lock().unwrap();
    let (payer, receiver) =
        if from < to { (&mut *first, &mut *second) } else { (&mut *second, &mut *first) };
    if *payer >= amount {
        *payer -= amount;
        *receiver += amount;
    }
}
