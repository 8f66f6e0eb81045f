//! # The last seats
//!
//! Chapter: races/check-then-act.md
//!
//! A theatre sells the seats of a show at several desks, with a thread for each. All of
//! them share one `Show`. `buy(seats)` is called for a party that wants so many seats: it
//! gets all of them, or none. `free` says how many can still be had; a board at the
//! entrance shows it all the time.
//!
//! The constraint, under every schedule: never sell more seats than there are, refuse no
//! party while its seats are free, and never show a number on the board that was not
//! true. You may use a lock or an atomic, as you like.

use witness::sync::Mutex;
use witness::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Show {
    free: AtomicI64,
}

impl Show {
    /// So many seats, all of them free.
    pub fn new(seats: i64) -> Self {
        Self { free: AtomicI64::new(seats) }
    }

    /// Sells so many seats to one party. Returns whether it got them.
    pub fn buy(&self, seats: i64) -> bool {
        // TODO: Each of these steps is atomic. The decision is not.
        if self.free.load(SeqCst) < seats {
            return false;
        }
        self.free.fetch_sub(seats, SeqCst);
        true
    }

    /// How many seats are free.
    pub fn free(&self) -> i64 {
        self.free.load(SeqCst)
    }
}

// ---- The checks. Leave them as they are. ----

/// Each party goes to a desk of its own, all at once. Returns which of them got seats.
fn sell(show: &Show, parties: &[i64]) -> Vec<bool> {
    let answers = witness::thread::scope(|scope| {
        let desks: Vec<_> =
            parties.iter().map(|&party| scope.spawn(move || show.buy(party))).collect();
        desks.into_iter().map(|desk| desk.join()).collect::<Vec<_>>()
    });
    answers.into_iter().map(|got_them| got_them.unwrap()).collect()
}

fn main() {
    let show = Show::new(1_000);
    let got = sell(&show, &[3; 400]);
    let sold = got.iter().filter(|got| **got).count() * 3;
    println!("{sold} of 1000 seats were sold. The board says {}.", show.free());
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::{explore, thread};

    #[test]
    fn sells_one_after_the_other() {
        let show = Show::new(5);
        let got = [show.buy(2), show.buy(4), show.buy(3), show.buy(1)];
        assert!(
            got == [true, false, true, false] && show.free() == 0,
            "5 seats, and parties of 2, 4, 3 and 1, one after the other: who got seats? \
             {got:?}, and {} seats are left",
            show.free()
        );
    }

    #[test]
    fn never_sells_more_than_there_are() {
        explore(|| {
            let show = Show::new(3);
            let got = sell(&show, &[2, 2]);
            assert!(
                got != [true, true],
                "two parties bought 2 seats each, and there were 3: was what they saw \
                 still true when they took them?"
            );
            assert!(got != [false, false], "3 seats are free, and no party of 2 got any");
        });
    }

    #[test]
    fn refuses_nobody_whose_seats_are_free() {
        explore(|| {
            let got = sell(&Show::new(2), &[3, 2]);
            assert!(
                got == [false, true],
                "2 seats are free. A party of 3 goes without ({}). A party of 2 asks at \
                 the same time, and it has to get them ({}): does the answer take seats \
                 that it doesn't sell?",
                got[0],
                got[1]
            );
        });
        explore(|| {
            let got = sell(&Show::new(2), &[1, 1]);
            assert!(
                got == [true, true],
                "2 seats are free, and two people want one each: {got:?}. Is somebody \
                 refused only because somebody else buys at the same time?"
            );
        });
    }

    #[test]
    fn the_board_is_always_right() {
        explore(|| {
            let show = Show::new(3);
            let seen = thread::scope(|scope| {
                let board = scope.spawn(|| show.free());
                for _ in 0..2 {
                    scope.spawn(|| show.buy(2));
                }
                board.join()
            });
            let seen = seen.unwrap();
            assert!(
                [1, 3].contains(&seen),
                "3 seats, and two parties that want 2 each: first 3 are free, then 1. But \
                 the board showed {seen} free seats"
            );
        });
    }
}
