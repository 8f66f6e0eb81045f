//! # Review: the budget
//!
//! Chapter: races/check-then-act.md
//!
//! This code was handed in for review. Two people buy from one budget, each
//! in a thread. Whoever wants to buy looks whether enough is left. Every access takes the
//! lock, so no amount is ever lost, and all tests pass. Under which schedule is the
//! budget overdrawn?
//!
//! Your answer is a schedule: it says whose turn it is, from the first turn to the last.
//! Only one thread runs at a time. In its turn, it takes one *step*, and goes on to just
//! before its next one.
//! Here, only one thing is a step: taking the lock. Giving it back is no step.
//!
//! The constraint: the schedule ends with the turn that breaks the code. If the code ends in a
//! deadlock, that is the turn after which nobody can go on.

/// Whose turn it is.
pub fn schedule() -> &'static str {
    // TODO: Under this schedule, nothing breaks.
    "AAB"
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
