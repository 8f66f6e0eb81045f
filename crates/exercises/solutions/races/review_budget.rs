//! # Review: the budget
//!
//! Chapter: races/check-then-act.md
//!
//! Why: `A` and `B` look while all of it is still there, and each sees enough. The lock
//! keeps every single access whole, but it is released between the look and the purchase,
//! and what was seen is out of date by then. It has to be held from the look to the
//! purchase, so that both are one step.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    "ABAB"
}

// ---- The checks. Leave them as they are. ----

mod reviewed {
    use witness::sync::Mutex;
    use witness::thread;

    /// What a team may spend. Every method takes the lock.
    pub struct Budget {
        left: Mutex<i64>,
    }

    impl Budget {
        pub fn new(left: i64) -> Self {
            Self { left: Mutex::new(left) }
        }

        pub fn left(&self) -> i64 {
            *self.left.lock().unwrap()
        }

        pub fn spend(&self, price: i64) {
            *self.left.lock().unwrap() -= price;
        }
    }

    /// Buys something, unless that would overdraw the budget.
    pub fn buy(budget: &Budget, price: i64) -> bool {
        if budget.left() < price {
            return false;
        }
        budget.spend(price);
        true
    }

    pub fn run() -> String {
        let budget = Budget::new(100);
        thread::scope(|scope| {
            // A
            scope.spawn(|| buy(&budget, 70));
            // B
            scope.spawn(|| buy(&budget, 50));
        });
        let left = budget.left();
        assert!(left >= 0, "the budget is overdrawn by {}", -left);
        format!("{left} of 100 are left")
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
