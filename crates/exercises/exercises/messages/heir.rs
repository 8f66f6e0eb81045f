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
//! * `Taken::No`: it isn't ours. Either its holder lives, or another process was faster
//!   than we.
//!
//! `lives(process)` says whether a process is still there. The number of a process is never
//! 0. Nothing else follows from it: a larger one isn't a younger process.
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
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use witness::sync::Arc;
    use witness::sync::atomic::Ordering::SeqCst;
    use witness::{explore, sample, thread};

    /// A process that holds the lock, and those that try to take it.
    #[derive(Clone, Copy)]
    struct Case {
        holder: u64,
        tries: &'static [u64],
    }

    const CASES: [Case; 5] = [
        Case { holder: 7, tries: &[1, 2] },
        Case { holder: 1, tries: &[9, 8] },
        Case { holder: u64::MAX, tries: &[3, 400] },
        Case { holder: 5, tries: &[u64::MAX, 1] },
        Case { holder: 4, tries: &[6, 3, 5] },
    ];

    fn held_by(holder: u64) -> Lock {
        Lock { holder: witness::sync::atomic::AtomicU64::new(holder) }
    }

    /// Some processes try at the same time, and keep the lock if they get it. Returns what
    /// came of it, and who holds the lock afterwards.
    fn try_at_once(
        holder: u64,
        tries: &'static [u64],
        lives: fn(u64, &[u64]) -> bool,
    ) -> (Vec<Taken>, u64) {
        let lock = Arc::new(held_by(holder));
        let others = tries[1..].iter().map(|&me| {
            let lock = Arc::clone(&lock);
            thread::spawn(move || lock.try_lock(me, |process| lives(process, tries)))
        });
        let others: Vec<_> = others.collect();
        let mut taken = vec![lock.try_lock(tries[0], |process| lives(process, tries))];
        taken.extend(others.into_iter().map(|other| other.join().unwrap()));
        (taken, lock.holder.load(SeqCst))
    }

    /// `check` of each case, under many schedules.
    fn in_all_cases(check: fn(Case)) {
        for case in CASES {
            // Of three processes, there are too many schedules to try them all.
            if case.tries.len() < 3 {
                explore(move || check(case))
            } else {
                sample(move || check(case))
            };
        }
    }

    /// Exactly one of them has the lock, in this way.
    fn one_has_it(taken: &[Taken], tries: &[u64], holder: u64, how: Taken) {
        let takers: Vec<_> =
            taken.iter().zip(tries).filter(|(taken, _)| **taken != Taken::No).collect();
        assert_eq!(
            takers.len(),
            1,
            "so many of the {} processes (left) believe that they hold it",
            tries.len()
        );
        let (taken, taker) = takers[0];
        assert_eq!(
            holder, *taker,
            "the lock names this holder (left), and another got it"
        );
        assert_eq!(*taken, how, "what the one was told who got it");
    }

    #[test]
    fn an_open_lock_is_taken_once() {
        in_all_cases(|Case { tries, .. }| {
            let (taken, holder) =
                try_at_once(0, tries, |process, tries| tries.contains(&process));
            one_has_it(&taken, tries, holder, Taken::Fresh);
        });
    }

    #[test]
    fn nobody_takes_it_from_the_living() {
        in_all_cases(|Case { holder, tries }| {
            let lock = Arc::new(held_by(holder));
            let others = tries[1..].iter().map(|&me| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || lock.try_lock(me, |_| true))
            });
            let others: Vec<_> = others.collect();
            // The holder looks whether it still has the lock, at any moment.
            let seen = lock.holder.load(SeqCst);
            assert_eq!(
                seen, holder,
                "the lock names this holder (left) for a moment, and {holder} never let go"
            );
            let mut taken = vec![lock.try_lock(tries[0], |_| true)];
            taken.extend(others.into_iter().map(|other| other.join().unwrap()));
            assert!(
                taken.iter().all(|taken| *taken == Taken::No),
                "process {holder} holds it, and lives; what the others were told: {taken:?}"
            );
            let now = lock.holder.load(SeqCst);
            assert_eq!(
                now, holder,
                "the lock names this holder, and {holder} never let go"
            );
        });
    }

    #[test]
    fn a_lock_is_let_go_meanwhile() {
        in_all_cases(|Case { holder, tries }| {
            let lock = Arc::new(held_by(holder));
            let theirs = Arc::clone(&lock);
            let lets_go = thread::spawn(move || theirs.holder.store(0, SeqCst));
            // Number 0 is nobody, and doesn't live.
            let taken = lock.try_lock(tries[0], |process| process != 0);
            lets_go.join().unwrap();
            let named = lock.holder.load(SeqCst);
            let expected = if named == tries[0] { Taken::Fresh } else { Taken::No };
            assert_eq!(
                taken, expected,
                "process {holder} lets go, and {} tries; the lock names {named} in the end, and \
                 this was told (left)",
                tries[0]
            );
        });
    }

    #[test]
    fn the_heir_is_told() {
        in_all_cases(|Case { holder: dead, tries }| {
            let lock = held_by(dead);
            let lives = |process| process != dead;
            let taken = lock.try_lock(tries[0], lives);
            assert_ne!(taken, Taken::No, "its holder is dead, and nobody else wants it");
            assert_eq!(
                taken,
                Taken::Inherited,
                "the heir (left) has to learn that something may be half done"
            );
            for other in &tries[1..] {
                assert_eq!(lock.try_lock(*other, lives), Taken::No, "the heir lives");
            }
            assert_eq!(lock.holder.load(SeqCst), tries[0], "whom the lock names");
            // It is done, and lets go.
            lock.holder.store(0, SeqCst);
            let taken = lock.try_lock(tries[1], lives);
            assert_eq!(taken, Taken::Fresh, "the lock was open; nobody has died with it");
        });
    }

    #[test]
    fn a_dead_holder_has_one_heir() {
        in_all_cases(|Case { holder: dead, tries }| {
            let (taken, holder) =
                try_at_once(dead, tries, |process, tries| tries.contains(&process));
            one_has_it(&taken, tries, holder, Taken::Inherited);
        });
    }

    #[test]
    fn an_heir_may_die_as_well() {
        use std::sync::atomic::AtomicBool;

        in_all_cases(|Case { holder, tries }| {
            let lock = Arc::new(held_by(holder));
            // The first one dies as soon as it has the lock.
            let dies = Arc::new(AtomicBool::new(false));
            let first = {
                let (lock, dies) = (Arc::clone(&lock), Arc::clone(&dies));
                thread::spawn(move || {
                    let taken = lock.try_lock(tries[0], |process| process != holder);
                    dies.store(true, SeqCst);
                    taken
                })
            };
            let lives = |process| {
                process != holder && !(process == tries[0] && dies.load(SeqCst))
            };
            let second = lock.try_lock(tries[1], lives);
            let first = first.join().unwrap();
            let now = lock.holder.load(SeqCst);
            let expected = match (first, second) {
                (Taken::Inherited, Taken::No) => tries[0],
                (_, Taken::Inherited) => tries[1],
                others => panic!(
                    "one process after the other has died with the lock; those that tried were \
                     told {others:?}"
                ),
            };
            assert_eq!(
                now, expected,
                "whom the lock names (left); they were told {first:?}, {second:?}"
            );
        });
    }

    #[test]
    fn whoever_has_it_sees_what_was_written_before() {
        for holder in [0, 7] {
            explore(move || {
                let shared = Arc::new((held_by(holder), witness::Plain::new(0)));
                let lives = move |process| process != holder;
                let theirs = Arc::clone(&shared);
                let other = thread::spawn(move || {
                    if theirs.0.try_lock(1, lives) != Taken::No {
                        theirs.1.write(1);
                        theirs.0.holder.store(0, SeqCst);
                    }
                });
                if shared.0.try_lock(2, lives) != Taken::No {
                    shared.1.read();
                    shared.0.holder.store(0, SeqCst);
                }
                other.join().unwrap();
            });
        }
    }

    #[test]
    fn whoever_has_it_inherits_nothing() {
        for holder in [5, u64::MAX] {
            let lock = held_by(holder);
            let taken = lock.try_lock(holder, |_| true);
            assert_eq!(taken, Taken::No, "process {holder} lives, and holds it already");
        }
    }

    #[test]
    fn whoever_is_told_so_has_it() {
        for (holder, tries) in [(0, [1, 2]), (7, [9, 8]), (u64::MAX, [3, 400])] {
            explore(move || {
                let lock = Arc::new(held_by(holder));
                let lives = move |process| process != holder;
                // It lets go as soon as it has the lock.
                let theirs = Arc::clone(&lock);
                let other = thread::spawn(move || {
                    if theirs.try_lock(tries[1], lives) != Taken::No {
                        theirs.holder.store(0, SeqCst);
                    }
                });
                let taken = lock.try_lock(tries[0], lives);
                other.join().unwrap();
                let named = lock.holder.load(SeqCst);
                assert_eq!(
                    taken != Taken::No,
                    named == tries[0],
                    "process {} was told {taken:?}, and in the end the lock names {named}. \
                     Process {} has tried at the same time, and let go if it got the lock",
                    tries[0],
                    tries[1]
                );
            });
        }
    }
}
