//! # Review: the emptier shelf first
//!
//! Chapter: races/deadlock.md
//!
//! Why: The order is the same for all who look at the same moment, but it changes when
//! somebody brings items. `A` has looked before `C` came, and takes the left shelf first;
//! `B` has looked after that, and takes the right one first. An order of locks has to
//! rest on something that never changes: a number that each shelf got when it was made,
//! its place in a list, its address.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "AACBBAB"
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
