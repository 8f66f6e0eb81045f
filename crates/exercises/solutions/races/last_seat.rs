//! # The last seats
//!
//! Chapter: races/check-then-act.md
//!
//! Why: the look and the purchase are one step, as nobody else has the lock between them.
//! Two locks, one for the look and one for the purchase, would be as bad as two atomic
//! steps: what was seen may be out of date when we act on it. Nor does it help to take
//! first and to look afterwards: then a large party has taken seats for a moment that it
//! won't get, and a small one is refused because of that. An exchange does it without a
//! lock: it writes the new number only if the old one is still there; otherwise, look
//! again.

use witness::sync::Mutex;

pub struct Show {
    free: Mutex<i64>,
}

impl Show {
    /// So many seats, all of them free.
    pub fn new(seats: i64) -> Self {
        Self { free: Mutex::new(seats) }
    }

    /// Sells so many seats to one party. Returns whether it got them.
    pub fn buy(&self, seats: i64) -> bool {
        let mut free = self.free.lock().expect("nobody panics while selling");
        let enough = *free >= seats;
        if enough {
            *free -= seats;
        }
        enough
    }

    /// How many seats are free.
    pub fn free(&self) -> i64 {
        *self.free.lock().expect("nobody panics while selling")
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
    use witness::{explore, sample, thread};

    #[test]
    fn sells_one_after_the_other() {
        for (seats, parties, expected) in [
            (5, [2, 4, 3, 1], [true, false, true, false]),
            (7, [8, 7, 1, 1], [false, true, false, false]),
            (0, [1, 1, 2, 3], [false; 4]),
            (1, [20, 2, 1, 1], [false, false, true, false]),
            (9, [1, 2, 3, 4], [true, true, true, false]),
            (80_000, [70_000, 20_000, 5, 1], [true, false, true, true]),
            (1 << 40, [1 << 32, 1 << 40, 3, 1], [true, false, true, true]),
        ] {
            let show = Show::new(seats);
            let got = parties.map(|party| show.buy(party));
            assert!(
                got == expected,
                "{seats} seats, and parties of {parties:?}, one after the other: who got \
                 seats? {got:?}"
            );
            let left = parties.iter().zip(expected).filter(|(_, got)| *got);
            let left = seats - left.map(|(party, _)| party).sum::<i64>();
            let free = show.free();
            assert!(
                free == left,
                "{left} of {seats} seats are left; the board says {free}"
            );
        }
    }

    /// How many seats are sold.
    fn sold(parties: &[i64], got: &[bool]) -> i64 {
        parties.iter().zip(got).map(|(party, got)| if *got { *party } else { 0 }).sum()
    }

    fn sell_no_more(seats: i64, parties: &[i64]) {
        let got = sell(&Show::new(seats), parties);
        let sold = sold(parties, &got);
        assert!(
            sold <= seats,
            "{sold} of {seats} seats were sold, to parties of {parties:?}: {got:?}. Was what \
             they saw still true when they took them?"
        );
    }

    #[test]
    fn never_sells_more_than_there_are() {
        explore(|| sell_no_more(3, &[2, 2]));
        explore(|| sell_no_more(1, &[1, 1]));
        explore(|| sell_no_more(5, &[2, 3, 2]));
        sample(|| sell_no_more(20, &[3; 30]));
    }

    fn refuse_nobody(seats: i64, parties: &[i64]) {
        let got = sell(&Show::new(seats), parties);
        // Nobody gives seats back, so what is free in the end was free all the time.
        let free = seats - sold(parties, &got);
        for (party, got_them) in parties.iter().zip(&got) {
            assert!(
                *got_them || *party > free,
                "{seats} seats, and parties of {parties:?} at the same time: {got:?}. A party \
                 of {party} was refused, and in the end {free} are free. Is somebody refused \
                 only because somebody else buys at the same time, or takes seats for a moment \
                 that it doesn't get?"
            );
        }
    }

    #[test]
    fn refuses_nobody_whose_seats_are_free() {
        explore(|| refuse_nobody(2, &[3, 2]));
        explore(|| refuse_nobody(2, &[1, 1]));
        explore(|| refuse_nobody(4, &[1, 5, 2]));
        explore(|| refuse_nobody(3, &[1, 1, 1]));
        sample(|| refuse_nobody(40, &[1; 40]));
        sample(|| refuse_nobody(40, &[2, 50, 1, 7, 3, 41, 9, 1, 1, 1]));
    }

    fn look(seats: i64, party: i64, true_numbers: &[i64]) {
        let show = Show::new(seats);
        let seen = thread::scope(|scope| {
            let board = scope.spawn(|| [show.free(), show.free()]);
            for _ in 0..2 {
                scope.spawn(|| show.buy(party));
            }
            board.join()
        });
        let [first, second] = seen.unwrap();
        for seen in [first, second] {
            assert!(
                true_numbers.contains(&seen),
                "{seats} seats, and two parties that want {party} each: {true_numbers:?} are \
                 free, one after the other. But the board showed {seen} free seats"
            );
        }
        assert!(
            second <= first,
            "nobody gives back seats; the board showed {first}, then {second}"
        );
    }

    #[test]
    fn the_board_is_always_right() {
        explore(|| look(3, 2, &[3, 1]));
        explore(|| look(5, 1, &[5, 4, 3]));
    }

    #[test]
    fn the_board_agrees_with_a_refusal() {
        explore(|| {
            let show = Show::new(3);
            thread::scope(|scope| {
                for party in [2, 3] {
                    let show = &show;
                    scope.spawn(move || {
                        if !show.buy(party) {
                            let seen = show.free();
                            assert!(
                                seen < party,
                                "refused {party}, and the board showed {seen}"
                            );
                        }
                    });
                }
            });
        });
    }

    #[test]
    fn the_board_knows_of_every_sale() {
        let sell = |parties: &[i64]| {
            let seats = 20;
            let show = Show::new(seats);
            thread::scope(|scope| {
                for &party in parties {
                    let show = &show;
                    scope.spawn(move || {
                        assert!(show.buy(party), "{seats} seats are enough for {parties:?}");
                        let (left, seen) = (seats - party, show.free());
                        assert!(
                            seen <= left,
                            "{party} of {seats} seats were sold, and then the board showed {seen}"
                        );
                    });
                }
            });
            let (left, seen) = (seats - parties.iter().sum::<i64>(), show.free());
            assert!(seen == left, "in the end, {left} are free; the board showed {seen}");
        };
        explore(move || sell(&[1, 2]));
        sample(move || sell(&[3, 1, 4, 2]));
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Show, i64) -> bool = Show::buy;
    const _: fn(&Show) -> i64 = Show::free;
}
