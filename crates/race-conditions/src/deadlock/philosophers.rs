//! Philosophers at a round table, a fork between each two of them. To eat, one needs the fork
//! at the left and the fork at the right. (The riddle is Dijkstra's, the story Hoare's:
//! *Communicating Sequential Processes*, 1978.)

use super::watch::{Deadlock, Watch, Watched};
use crate::sync::{Barrier, thread};

/// A fork is nothing but a lock.
pub type Fork<'w> = Watched<'w, ()>;

/// Which of two forks to take first: takes the left and the right fork, and returns them in the
/// order in which to take them.
pub type Way = for<'f, 'w> fn(&'f Fork<'w>, &'f Fork<'w>) -> [&'f Fork<'w>; 2];

const PHILOSOPHERS: [&str; 5] = ["Ada", "Ben", "Cleo", "Dan", "Eve"];
const FORKS: [&str; 5] = ["fork 1", "fork 2", "fork 3", "fork 4", "fork 5"];

/// Everybody takes the left fork first.
// ANCHOR: ways
pub fn left_first<'f, 'w>(left: &'f Fork<'w>, right: &'f Fork<'w>) -> [&'f Fork<'w>; 2] {
    [left, right]
}

/// Everybody takes the fork with the lower number first. For the last philosopher that is the
/// right fork, so the cycle can't close.
pub fn lower_first<'f, 'w>(left: &'f Fork<'w>, right: &'f Fork<'w>) -> [&'f Fork<'w>; 2] {
    if left.name() < right.name() { [left, right] } else { [right, left] }
}
// ANCHOR_END: ways

/// Lets two to five philosophers eat `meals` meals each. Returns how many meals were eaten in
/// all.
///
/// # Errors
///
/// When they would wait for each other for ever: the cycle.
///
/// # Panics
///
/// With fewer than two philosophers, or more than five, and when the system has no thread to
/// spare.
pub fn dine(philosophers: usize, meals: u64, way: Way) -> Result<u64, Deadlock> {
    dine_and_meanwhile(philosophers, meals, way, &|| {})
}

/// Makes everybody take the left fork before anybody takes the right one, so that the cycle
/// closes. Never returns `Ok`.
///
/// # Errors
///
/// Always: the cycle.
pub fn forced(philosophers: usize) -> Result<u64, Deadlock> {
    let all_have_one = Barrier::new(philosophers);
    dine_and_meanwhile(philosophers, 1, left_first, &|| {
        all_have_one.wait();
    })
}

fn dine_and_meanwhile(
    philosophers: usize,
    meals: u64,
    way: Way,
    meanwhile: &(dyn Fn() + Sync),
) -> Result<u64, Deadlock> {
    assert!((2..=5).contains(&philosophers), "the table has room for two to five");
    let watch = Watch::new();
    let forks: Vec<Fork> =
        (0..philosophers).map(|i| Watched::new(&watch, FORKS[i], ())).collect();
    let eat = |i: usize| {
        let [first, second] = way(&forks[i], &forks[(i + 1) % philosophers]);
        (0..meals).try_fold(0, |eaten, _| {
            let _first = first.lock(PHILOSOPHERS[i])?;
            meanwhile();
            let _second = second.lock(PHILOSOPHERS[i])?;
            Ok(eaten + 1)
        })
    };
    thread::scope(|scope| {
        let guests: Vec<_> =
            (0..philosophers).map(|i| scope.spawn(move || eat(i))).collect();
        // Wait for all of the guests, so that nobody is left at the table.
        let join = |guest: thread::ScopedJoinHandle<_>| guest.join().expect("no panic");
        let eaten: Vec<Result<u64, Deadlock>> = guests.into_iter().map(join).collect();
        eaten.into_iter().sum()
    })
}
