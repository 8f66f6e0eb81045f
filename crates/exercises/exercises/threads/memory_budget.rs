//! # A budget of memory
//!
//! Chapter: threads/making-wait.md
//!
//! Several threads load photos, and what is loaded lies in memory. So each of them reserves as
//! many megabytes as its photo has, and waits while there are not as many left. It is a
//! semaphore whose visitors are of different sizes.
//!
//! * `reserve(size)` waits until so many megabytes are free, and takes them. If it asks for more
//!   than there will ever be, it returns `None` at once.
//! * What it returns is a permit: when it is dropped, the megabytes are free again.
//!
//! The constraint: never are more megabytes taken than there are. Whoever waits holds none.
//! Whoever asks for as many as are free, or for fewer, gets them, even if somebody else waits
//! for more. And nobody waits for ever: in the checks, each thread asks only a few times, so
//! there comes a moment when enough is free even for whoever wants most.

use witness::sync::{Condvar, Mutex};

pub struct Budget {
    size: usize,
    free: Mutex<usize>,
    freed: Condvar,
}

/// So many megabytes, until it is dropped.
pub struct Reserved<'a> {
    budget: &'a Budget,
    size: usize,
}

impl Budget {
    pub fn new(size: usize) -> Self {
        Self { size, free: Mutex::new(size), freed: Condvar::new() }
    }

    pub fn reserve(&self, size: usize) -> Option<Reserved<'_>> {
        // TODO: Wait until there is enough, and take it.
        Some(Reserved { budget: self, size })
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        // TODO: Give it back, and tell those who wait.
    }
}

// ---- The checks. Leave them as they are. ----

fn main() {
    let sizes = [30, 80, 10, 60, 20, 50];
    witness::for_real(move || {
        let budget = Budget::new(100);
        witness::thread::scope(|scope| {
            for size in sizes {
                let budget = &budget;
                scope.spawn(move || drop(budget.reserve(size)));
            }
        });
        let all = budget.reserve(100).is_some();
        println!("Six photos were loaded. Is all of the memory free again? {all}");
    });
}

#[cfg(test)]
#[allow(clippy::disallowed_types, clippy::disallowed_methods)]
mod checks {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use witness::{
        Events, explore, explore_or_explain, for_real_or_explain, sample,
        sample_or_explain, thread,
    };

    /// Loads photos of these sizes, each in a thread of its own but for the last two, which the
    /// caller loads.
    fn load(size: usize, photos: &[usize]) {
        let (budget, reserved) = (Budget::new(size), AtomicUsize::new(0));
        let load = |photo| {
            let place = budget.reserve(photo);
            let all = reserved.fetch_add(photo, SeqCst) + photo;
            assert!(all <= size, "{all} MB are reserved, and there are {size}");
            thread::yield_now();
            reserved.fetch_sub(photo, SeqCst);
            drop(place);
        };
        let (others, ours) = photos.split_at(photos.len() - 2);
        thread::scope(|scope| {
            for photo in others {
                scope.spawn(|| load(*photo));
            }
            ours.iter().copied().for_each(load);
        });
    }

    #[test]
    fn never_more_than_there_is() {
        explore(|| load(3, &[2, 3, 2]));
        explore(|| load(2, &[1, 2, 2]));
        for photos in [[1, 4, 2, 3], [5, 1, 1, 5], [2, 2, 2, 2], [3, 0, 5, 1]] {
            sample(move || load(5, &photos));
        }
    }

    #[test]
    fn whoever_fits_is_let_in() {
        fn load(size: usize, photos: &[usize]) {
            let (budget, inside) = (Budget::new(size), Events::new("photos in memory"));
            thread::scope(|scope| {
                for photo in photos {
                    scope.spawn(|| {
                        let _place = budget.reserve(*photo);
                        inside.advance();
                        inside.wait_for(photos.len());
                    });
                }
            });
        }
        let explanation = "these photos fit into the memory at once, and each stays until all are \
            there. Does one wait although it fits?";
        explore_or_explain(explanation, || load(3, &[2, 1]));
        for (size, photos) in [(3, [1, 1, 1]), (6, [3, 1, 2]), (2, [2, 0, 0])] {
            sample_or_explain(explanation, move || load(size, &photos));
        }
    }

    #[test]
    fn a_small_one_is_not_forgotten_behind_a_large_one() {
        fn load(small: &[usize]) {
            let budget = Budget::new(3);
            let (rest, most) = (budget.reserve(1), budget.reserve(2));
            thread::scope(|scope| {
                scope.spawn(|| drop(budget.reserve(3)));
                let load = |size: &usize| {
                    let size = *size;
                    let budget = &budget;
                    scope.spawn(move || drop(budget.reserve(size)))
                };
                let small: Vec<_> = small.iter().map(load).collect();
                drop(most);
                small.into_iter().for_each(|small| small.join().unwrap());
                drop(rest);
            });
        }
        let explanation = "2 MB were free, and somebody waited for no more than that. Did nobody \
            tell them?";
        explore_or_explain(explanation, || load(&[1]));
        sample_or_explain(explanation, || load(&[2]));
        sample_or_explain(explanation, || load(&[1, 1]));
    }

    #[test]
    fn whoever_waits_holds_nothing() {
        fn load(size: usize, photos: &[usize]) {
            let budget = Budget::new(size);
            thread::scope(|scope| {
                for photo in photos {
                    scope.spawn(|| drop(budget.reserve(*photo)));
                }
            });
        }
        let explanation =
            "does somebody hold a part of what they want while they wait for the rest?";
        explore_or_explain(explanation, || load(2, &[2, 2]));
        sample_or_explain(explanation, || load(5, &[4, 3, 5]));
    }

    #[test]
    fn what_was_given_back_can_be_had_again() {
        let explanation = "all was given back, and somebody still waits for it";
        explore_or_explain(explanation, || {
            let budget = Budget::new(5);
            let (two, three) = (budget.reserve(2), budget.reserve(3));
            drop(two);
            let (first, second) = (budget.reserve(1), budget.reserve(1));
            drop((three, first, second));
            drop(budget.reserve(5));
            assert!(budget.reserve(5).is_some(), "all of it, a second time");
        });
    }

    #[test]
    fn whoever_panics_gives_it_back() {
        let explanation =
            "somebody had reserved all of it, and panicked: who gives it back?";
        for_real_or_explain(explanation, || {
            let budget = Budget::new(5);
            let ended = thread::scope(|scope| {
                let broken = || {
                    let _place = budget.reserve(5);
                    panic!("the photo is broken");
                };
                scope.spawn(broken).join()
            });
            assert!(ended.is_err(), "it panicked");
            assert!(budget.reserve(5).is_some(), "all of it can be had again");
        });
    }

    #[test]
    fn too_much_is_refused_at_once() {
        for size in [3, 1, 100] {
            let more = size + 1;
            let explanation = format!(
                "{more} MB of {size} will never be free: who waits for them waits for ever"
            );
            explore_or_explain(&explanation, move || {
                let budget = Budget::new(size);
                let none = |more| {
                    let refused = budget.reserve(more).is_none();
                    assert!(refused, "{more} MB were reserved, and there are {size}");
                };
                none(more);
                let nothing =
                    || assert!(budget.reserve(0).is_some(), "nothing can be had");
                nothing();
                let all = budget.reserve(size);
                assert!(all.is_some(), "{size} MB of {size} can be had");
                nothing();
                none(more);
                none(usize::MAX);
            });
        }
    }

    // What it takes and returns: nothing else can stand in for these.
    const _: fn(&Budget, usize) -> Option<Reserved<'_>> = Budget::reserve;
}
