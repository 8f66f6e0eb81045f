//! # Review: the emptier shelf first
//!
//! Chapter: races/deadlock.md
//!
//! This code was handed in for review. `A` moves items from the left shelf
//! to the right one, `B` moves some back, and `C` brings new ones to the left shelf. The
//! author knows that two locks need one order for all, and has chosen one: the shelf with
//! fewer items on it comes first. Under which schedule can nobody go on?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, the only step is taking a lock, as `count` and `add` do, too. Giving a lock back
//! is no step.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AAAABBBBC"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::Mutex;
    use witness::thread;

    /// How many items lie on a shelf.
    pub struct Shelf(Mutex<u64>);

    impl Shelf {
        pub fn new(items: u64) -> Self {
            Self(Mutex::new(items))
        }

        pub fn count(&self) -> u64 {
            *self.0.lock().unwrap()
        }

        pub fn add(&self, items: u64) {
            *self.0.lock().unwrap() += items;
        }
    }

    /// Moves an item. So that nobody waits for somebody who waits, everybody takes the locks in
    /// the same order: the shelf with fewer items comes first.
    pub fn transfer(from: &Shelf, to: &Shelf) {
        let fewer = from.count() <= to.count();
        let (first, second) = if fewer { (from, to) } else { (to, from) };
        let mut first = first.0.lock().unwrap();
        let mut second = second.0.lock().unwrap();
        let (from, to) =
            if fewer { (&mut *first, &mut *second) } else { (&mut *second, &mut *first) };
        *from -= 1;
        *to += 1;
    }

    pub fn run() -> String {
        let (left, right) = (Shelf::new(11), Shelf::new(15));
        thread::scope(|scope| {
            // A
            scope.spawn(|| transfer(&left, &right));
            // B
            scope.spawn(|| transfer(&right, &left));
            // C
            scope.spawn(|| left.add(20));
        });
        format!("{} items", left.count() + right.count())
    }
}

fn main() {
    println!("{}", witness::play(schedule(), reviewed::run));
}

#[cfg(test)]
mod checks {
    use super::*;

    #[test]
    fn the_schedule_breaks_the_code() {
        let played = witness::play(schedule(), reviewed::run);
        assert!(played.broke(), "{played}");
    }
}
