//! The philosophers' table with ordinary locks. These keep no list, so the philosophers meet at
//! the forks and nowhere else; but nobody can say who waits for whom, only that somebody has
//! waited long.
//!
//! The locks of [`super::watch`] share one list behind a lock of its own: whoever takes a fork or
//! puts one down waits for that lock first. So they find each deadlock, and may change how often
//! there is one. Here a philosopher who has waited for the second fork for [`LIMIT`] says so, and
//! goes on waiting. When all of them have said so, each has one fork and waits for another, and
//! nobody could ever go on.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a philosopher waits for the second fork before saying that it is long; a meal takes
/// far less.
pub const LIMIT: Duration = Duration::from_millis(5);

/// Which of two forks to take first: takes the numbers of the left and the right fork, and
/// returns them in the order in which to take them.
pub type Way = fn(usize, usize) -> [usize; 2];

/// Everybody takes the left fork first.
pub fn left_first(left: usize, right: usize) -> [usize; 2] {
    [left, right]
}

/// Everybody takes the fork with the lower number first.
pub fn lower_first(left: usize, right: usize) -> [usize; 2] {
    [left.min(right), left.max(right)]
}

/// All philosophers have waited too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stuck;

/// Lets `philosophers` philosophers eat `meals` meals each. Returns how many meals were eaten
/// in all.
///
/// # Errors
///
/// When each of them has a fork and has waited for another one for [`LIMIT`].
///
/// # Panics
///
/// When the system has no thread to spare.
pub fn dine(philosophers: usize, meals: u64, way: Way) -> Result<u64, Stuck> {
    dine_and_meanwhile(philosophers, meals, way, &|| {})
}

/// [`dine`], with a call of `meanwhile` between the first fork and the second.
pub(crate) fn dine_and_meanwhile(
    philosophers: usize,
    meals: u64,
    way: Way,
    meanwhile: &(dyn Fn() + Sync),
) -> Result<u64, Stuck> {
    let forks: Vec<Mutex<()>> = (0..philosophers).map(|_| Mutex::new(())).collect();
    let impatient = AtomicUsize::new(0);
    let eat = |i: usize| {
        let [first, second] = way(i, (i + 1) % philosophers);
        (0..meals).try_fold(0, |eaten, _| {
            let _first = forks[first].lock().unwrap_or_else(PoisonError::into_inner);
            meanwhile();
            let _second = within_limit(&forks[second], &impatient, philosophers)?;
            Ok(eaten + 1)
        })
    };
    thread::scope(|scope| {
        let guests: Vec<_> =
            (0..philosophers).map(|i| scope.spawn(move || eat(i))).collect();
        let join = |guest: thread::ScopedJoinHandle<_>| guest.join().expect("no panic");
        // Wait for all of the guests, so that nobody is left at the table.
        let eaten: Vec<Result<u64, Stuck>> = guests.into_iter().map(join).collect();
        eaten.into_iter().sum()
    })
}

/// Locks `fork`, unless `all` philosophers have waited too long. `impatient` counts those who
/// have.
// ANCHOR: lock
fn within_limit<'f>(
    fork: &'f Mutex<()>,
    impatient: &AtomicUsize,
    all: usize,
) -> Result<MutexGuard<'f, ()>, Stuck> {
    let (asked, mut counted) = (Instant::now(), false);
    loop {
        if let Some(fork) = free(fork) {
            if counted {
                impatient.fetch_sub(1, SeqCst);
            }
            return Ok(fork);
        }
        if !counted && asked.elapsed() > LIMIT {
            impatient.fetch_add(1, SeqCst);
            counted = true;
        }
        if impatient.load(SeqCst) == all {
            return Err(Stuck);
        }
        thread::yield_now();
    }
}
// ANCHOR_END: lock

/// The fork, if nobody has it.
fn free(fork: &Mutex<()>) -> Option<MutexGuard<'_, ()>> {
    match fork.try_lock() {
        Ok(fork) => Some(fork),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn the_forced_deadlock_is_found_and_everybody_leaves() {
        for _ in 0..20 {
            let all_have_one = Barrier::new(5);
            let meanwhile = || {
                all_have_one.wait();
            };
            assert_eq!(dine_and_meanwhile(5, 1, left_first, &meanwhile), Err(Stuck));
        }
    }

    #[test]
    fn in_order_there_is_none() {
        assert_eq!(dine(5, 2_000, lower_first), Ok(10_000));
    }
}
