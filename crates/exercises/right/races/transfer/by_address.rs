//! Right: in a slice, what comes first has the lower address, so that can be the order.

use std::cmp::Ordering::{Equal, Greater, Less};

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    let (payer, receiver) = (&accounts[from], &accounts[to]);
    let order = std::ptr::from_ref(payer).cmp(&std::ptr::from_ref(receiver));
    let (mut payer, mut receiver) = match order {
        Equal => return,
        Less => {
            let payer = payer.lock().unwrap();
            (payer, receiver.lock().unwrap())
        }
        Greater => {
            let receiver = receiver.lock().unwrap();
            (payer.lock().unwrap(), receiver)
        }
    };
    *payer -= amount;
    *receiver += amount;
}
