//! # The lock of the dead
//!
//! Chapter: messages/segments.md
//!
//! Several processes share a piece of memory, and a lock lies in it: the number 0 while it
//! is open, and otherwise the number of the process that holds it. Whoever holds it may be
//! killed, and then somebody else has to inherit it.
//!
//! `try_lock` tries once to take the lock for the process `me`, and says what came of it:
//!
//! * `Taken::Fresh`: it was open, and is ours now.
//! * `Taken::Inherited`: its holder was dead, and it is ours now. What it guards may be half
//!   done; whoever calls us will mend it.
//! * `Taken::No`: it isn't ours. Somebody holds it who lives, or was faster.
//!
//! `lives(process)` says whether a process is still there.
//!
//! The constraint: several processes may try at the same time. Whatever the schedule, one of
//! them gets the lock, and nobody takes it from the living, not even for a moment.

use witness::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// What lies in the shared memory. Leave it as it is.
#[derive(Debug)]
pub struct Lock {
    /// 0: nobody.
    holder: AtomicU64,
}

/// What came of a try. Leave it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was open.
    Fresh,
    /// Its holder was dead.
    Inherited,
    /// It isn't ours.
    No,
}

impl Lock {
    /// Tries once to take it for the process `me`.
    pub fn try_lock(&self, me: u64, lives: impl Fn(u64) -> bool) -> Taken {
        // TODO: Whose is it? And is that still so when you take it?
        let holder = self.holder.load(SeqCst);
        if holder == 0 || !lives(holder) {
            self.holder.store(me, SeqCst);
            return Taken::Fresh;
        }
        Taken::No
    }
}

// ---- The checks. Leave them as they are. ----

fn main() {
    /// How many processes have held the lock one after the other, each killed with it.
    const GENERATIONS: u64 = 1_000;
    let lock = Lock { holder: witness::sync::atomic::AtomicU64::new(1) };
    let inherited = (2..=GENERATIONS)
        .take_while(|&me| lock.try_lock(me, |process| process == me) == Taken::Inherited);
    println!("{} of {} heirs got the lock", inherited.count(), GENERATIONS - 1);
}

#[cfg(test)]
mod checks {
    use super::*;
    use witness::sync::Arc;
    use witness::{explore, thread};

    const DEAD: u64 = 7;
    const ALIVE: u64 = 9;

    fn held_by(holder: u64) -> Lock {
        Lock { holder: witness::sync::atomic::AtomicU64::new(holder) }
    }

    fn lives(process: u64) -> bool {
        process != DEAD
    }

    /// Processes 1 and 2 try at the same time, and keep the lock if they get it. Returns what
    /// came of it, and who holds the lock afterwards.
    fn two_try(holder: u64) -> ([Taken; 2], u64) {
        let lock = Arc::new(held_by(holder));
        let theirs = Arc::clone(&lock);
        let other = thread::spawn(move || theirs.try_lock(2, lives));
        let ours = lock.try_lock(1, lives);
        ([ours, other.join().unwrap()], lock.holder.load(SeqCst))
    }

    /// Exactly one of the two has the lock, in this way.
    fn one_has_it(tried: [Taken; 2], holder: u64, how: Taken) {
        let takers = tried.iter().filter(|&&taken| taken != Taken::No).count();
        assert_eq!(
            takers, 1,
            "so many of the two processes (left) believe that they hold it"
        );
        let taker = 1 + u64::from(tried[0] == Taken::No);
        assert_eq!(
            holder, taker,
            "the lock names this holder (left), and another got it"
        );
        assert_eq!(tried[taker as usize - 1], how, "what the one was told who got it");
    }

    #[test]
    fn an_open_lock_is_taken_once() {
        explore(|| {
            let (tried, holder) = two_try(0);
            one_has_it(tried, holder, Taken::Fresh);
        });
    }

    #[test]
    fn nobody_takes_it_from_the_living() {
        explore(|| {
            let (tried, holder) = two_try(ALIVE);
            assert_eq!(tried, [Taken::No; 2], "process {ALIVE} holds it, and lives");
            assert_eq!(
                holder, ALIVE,
                "the lock names this holder, and {ALIVE} never let go"
            );
        });
    }

    #[test]
    fn the_heir_is_told() {
        explore(|| {
            let lock = held_by(DEAD);
            let taken = lock.try_lock(1, lives);
            assert_ne!(taken, Taken::No, "its holder is dead, and nobody else wants it");
            assert_eq!(
                taken,
                Taken::Inherited,
                "the heir (left) has to learn that something may be half done"
            );
            assert_eq!(lock.try_lock(2, lives), Taken::No, "the heir lives");
        });
    }

    #[test]
    fn a_dead_holder_has_one_heir() {
        explore(|| {
            let (tried, holder) = two_try(DEAD);
            one_has_it(tried, holder, Taken::Inherited);
        });
    }
}
