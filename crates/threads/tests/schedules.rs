//! The queues and the semaphore under every schedule; and where there are too many, under
//! thousands that are picked at random.
//!
//! Their modules take locks and condition variables from `crate::sync`, and `crate` is this test
//! here. So the modules are compiled once more, with the locks of shuttle, whose scheduler decides
//! which thread moves.

#![allow(dead_code, missing_docs, unreachable_pub)]

mod sync {
    pub(crate) use shuttle::sync::{Condvar, Mutex};
}

#[path = "../src/queue/bounded.rs"]
mod bounded;
#[path = "../src/queue/once.rs"]
mod once;
#[path = "../src/queue/one_condvar.rs"]
mod one_condvar;
#[path = "../src/semaphore.rs"]
mod semaphore;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use shuttle::scheduler::{DfsScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, FailurePersistence, Runner, thread};

/// More schedules than any program here has that is run under every schedule.
const MOST: usize = 50_000;
/// How many schedules are picked at random, and the seed, so that they are the same each time.
const ROLLED: usize = 20_000;
const SEED: u64 = 7;

/// Runs `run` under every schedule; returns how many there are, or what went wrong in the first
/// that ends badly.
fn under_every_schedule(run: impl Fn() + Send + Sync + 'static) -> Result<usize, String> {
    let schedules = schedules(DfsScheduler::new(Some(MOST), false), run)?;
    assert!(schedules < MOST, "not all schedules were tried");
    Ok(schedules)
}

/// Runs `run` under thousands of random schedules; returns how many, or what went wrong in the
/// first that ends badly.
fn under_many_schedules(run: impl Fn() + Send + Sync + 'static) -> Result<usize, String> {
    schedules(RandomScheduler::new_from_seed(SEED, ROLLED), run)
}

fn schedules(
    scheduler: impl Scheduler + 'static,
    run: impl Fn() + Send + Sync + 'static,
) -> Result<usize, String> {
    let mut config = Config::new();
    config.silence_warnings = true;
    config.failure_persistence = FailurePersistence::None;
    let runner = Runner::new(scheduler, config);
    catch_unwind(AssertUnwindSafe(|| runner.run(run))).map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        text.or_else(|| payload.downcast_ref().map(|text: &&str| (*text).into()))
            .expect("it is told in words")
    })
}

/// Runs a queue of this kind with room for one item: the calling thread puts two items, and
/// `$threads` threads share in taking them.
macro_rules! pass_two {
    ($under:ident, $queue:ident, $threads:expr) => {
        $under(|| {
            let queue = Arc::new($queue::Queue::new(1));
            let take = || {
                let queue = Arc::clone(&queue);
                let take = move || (0..2 / $threads).map(|_| queue.take()).collect();
                thread::spawn(take)
            };
            let taking: [thread::JoinHandle<Vec<_>>; $threads] =
                [(); $threads].map(|()| take());
            for item in 1..=2 {
                assert_eq!(queue.put(item), 1, "so many were in it");
            }
            let mut taken = taking.map(|thread| thread.join().unwrap()).concat();
            taken.sort_unstable();
            assert_eq!(taken, [1, 2]);
        })
    };
}

#[test]
fn the_right_queue_is_right_under_every_schedule() {
    assert!(pass_two!(under_every_schedule, bounded, 1).unwrap() > 100);
    assert_eq!(pass_two!(under_many_schedules, bounded, 2), Ok(ROLLED));
}

#[test]
fn who_does_not_look_again_takes_what_is_not_there() {
    let said = pass_two!(under_many_schedules, once, 2).unwrap_err();
    assert!(said.contains("somebody put one in, and woke us"), "{said}");
    // With one thread that puts and one that takes, no other thread could take the item first.
    assert!(pass_two!(under_every_schedule, once, 1).unwrap() > 100);
}

#[test]
fn one_condition_variable_for_both_stands_still() {
    let said = pass_two!(under_many_schedules, one_condvar, 2).unwrap_err();
    assert!(said.starts_with("deadlock!"), "{said}");
    // With one thread that puts and one that takes, only one can be asleep, so the right one is
    // woken.
    assert!(pass_two!(under_every_schedule, one_condvar, 1).unwrap() > 100);
}

/// Two threads put twice each, and one takes: each `put` finds room for one item, however often it
/// has to wait.
#[test]
fn who_puts_waits_for_room() {
    let run = || {
        let queue = Arc::new(bounded::Queue::new(1));
        let putting = [1, 2].map(|item| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                for _ in 0..2 {
                    assert_eq!(queue.put(item), 1, "so many were in it");
                }
            })
        });
        let mut taken = [(); 4].map(|()| queue.take());
        for thread in putting {
            thread.join().unwrap();
        }
        taken.sort_unstable();
        assert_eq!(taken, [1, 1, 2, 2]);
    };
    assert_eq!(under_many_schedules(run), Ok(ROLLED));
}

/// Two permits, and four threads that come twice each: none is left waiting beside a free permit.
#[test]
fn every_permit_is_given_again() {
    let run = || {
        let semaphore = Arc::new(semaphore::Semaphore::new(2));
        let visiting = [(); 4].map(|()| {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || {
                for _ in 0..2 {
                    let permit = semaphore.acquire();
                    thread::yield_now();
                    drop(permit);
                }
            })
        });
        for thread in visiting {
            thread.join().unwrap();
        }
    };
    assert_eq!(under_many_schedules(run), Ok(ROLLED));
}

#[test]
fn no_more_are_inside_than_there_are_permits() {
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let schedules = under_every_schedule(move || {
        let semaphore = Arc::new(semaphore::Semaphore::new(1));
        // An atomic of shuttle's, so that its scheduler can let the other thread in at each step.
        let inside = Arc::new(shuttle::sync::atomic::AtomicUsize::new(0));
        let visit = {
            let seen = Arc::clone(&seen);
            move || {
                let permit = semaphore.acquire();
                seen.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
                inside.fetch_sub(1, SeqCst);
                drop(permit);
            }
        };
        let other = thread::spawn(visit.clone());
        visit();
        // This second time, the other thread may just have been woken to take the permit.
        visit();
        other.join().unwrap();
    });
    assert!(schedules.unwrap() > 10);
    assert_eq!(most.load(SeqCst), 1);
}
