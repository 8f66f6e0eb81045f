//! Two threads that begin at the same moment, again and again.

use std::hint;

use crate::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};
use crate::sync::thread;

/// How often a thread looks whether the other one is there before it lets somebody else have
/// its core. With a core each, the other thread is mostly there at once; on a shared core, it
/// can't come before that.
const LOOKS: u32 = 100;

/// Puts a value on two cache lines of its own, since some processors fetch lines in pairs. In
/// one line, both numbers would always move between the cores together.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

/// What both threads share.
#[derive(Debug, Default)]
struct Table {
    /// How often a thread has come to the beginning or to the end of a round.
    came: Apart<AtomicU64>,
    x: Apart<AtomicU32>,
    y: Apart<AtomicU32>,
}

impl Table {
    /// Waits until both threads have come `times` times.
    fn meet(&self, times: u64) {
        self.came.0.fetch_add(1, SeqCst);
        let mut looks = 0;
        while self.came.0.load(SeqCst) < 2 * times {
            looks += 1;
            if looks < LOOKS { hint::spin_loop() } else { thread::yield_now() }
        }
    }

    /// What one of the two threads does: takes its `step` in each round, with its own number and
    /// the other thread's; returns what the steps returned.
    // ANCHOR: side
    fn side<T>(
        &self,
        rounds: u64,
        [mine, theirs]: [&AtomicU32; 2],
        step: impl Fn(&AtomicU32, &AtomicU32) -> T,
    ) -> Vec<T> {
        let round = |round| {
            self.meet(2 * round + 1);
            let seen = step(mine, theirs);
            self.meet(2 * round + 2);
            // Each thread clears the number that the other one will write. So that number is in the
            // cache of this thread's core, and the store of the other core will take a while.
            theirs.store(0, Relaxed);
            seen
        };
        (0..rounds).map(round).collect()
    }
    // ANCHOR_END: side
}

/// Lets two threads take a step at the same moment, `rounds` times. Both steps get the same
/// two numbers, the second one in reverse order; both numbers are 0 when a round begins. Returns
/// what the steps of each thread returned, round by round.
pub(super) fn line_up<A: Send, B>(
    rounds: u64,
    one: impl Fn(&AtomicU32, &AtomicU32) -> A + Send,
    other: impl Fn(&AtomicU32, &AtomicU32) -> B,
) -> (Vec<A>, Vec<B>) {
    let table = Table::default();
    let [x, y] = [&table.x.0, &table.y.0];
    thread::scope(|scope| {
        let ones = scope.spawn(|| table.side(rounds, [x, y], one));
        let others = table.side(rounds, [y, x], other);
        (ones.join().expect("it doesn't panic"), others)
    })
}
