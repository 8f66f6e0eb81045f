//! One thread owns the seats, and buyers ask it for one.

use crate::sync::mpsc::{Sender, channel};
use crate::sync::thread;

/// Asks the owner for a seat; returns whether we got one.
// ANCHOR: buy
pub fn buy(desk: &Sender<Sender<bool>>) -> bool {
    let (answer, answered) = channel();
    desk.send(answer).expect("the desk is open");
    answered.recv().expect("the desk answers")
}
// ANCHOR_END: buy

/// Sells `seats` seats to `buyers` buyers, who all come at once and buy until they get none.
/// Returns how many were sold.
pub fn sell(seats: i64, buyers: usize) -> usize {
    let (desk, asked) = channel::<Sender<bool>>();
    thread::scope(|scope| {
        for _ in 0..buyers {
            let desk = desk.clone();
            scope.spawn(move || while buy(&desk) {});
        }
        // The desk closes when nobody can ask any more.
        drop(desk);
        let (mut free, mut sold) = (seats, 0);
        for answer in asked {
            let got_one = free > 0;
            if got_one {
                free -= 1;
                sold += 1;
            }
            let _ = answer.send(got_one);
        }
        sold
    })
}
