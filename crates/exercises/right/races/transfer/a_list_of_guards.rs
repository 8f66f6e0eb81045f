//! Right: the places are sorted, each is locked once, and the changes are made when all are held. An
//! account that pays itself is a list of one.

use witness::sync::Mutex;

pub fn transfer(accounts: &[Mutex<i64>], from: usize, to: usize, amount: i64) {
    let mut places = vec![from, to];
    places.sort();
    places.dedup();
    let mut held: Vec<_> =
        places.iter().map(|place| (*place, accounts[*place].lock().unwrap())).collect();
    for (place, balance) in &mut held {
        if *place == from {
            **balance -= amount;
        }
        if *place == to {
            **balance += amount;
        }
    }
}
