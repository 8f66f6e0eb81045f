//! Wrong: there is one order for all transfers, and the auditor takes the locks in the other one.
//! Caught by `the_auditor_always_sees_the_same_total`: deadlock: nobody can go on

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    if from == to {
        return;
    }
    let mut first = accounts[from.max(to)].lock().unwrap();
    let mut second = accounts[from.min(to)].lock().unwrap();
    let (payer, receiver) =
        if from > to { (&mut *first, &mut *second) } else { (&mut *second, &mut *first) };
    *payer -= amount;
    *receiver += amount;
}
