//! Two threads that begin at the same moment, again and again.

use std::hint;

use crate::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};
use crate::sync::thread;

/// How often a thread looks whether the other one is there before it lets somebody else have
/// its core. The other one is mostly there at once; where both share a core, it never is.
const LOOKS: u32 = 100;

/// Two cache lines, since processors fetch them in pairs. In one line, both numbers would come
/// and go together.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);

/// What both threads share.
#[derive(Debug, Default)]
struct Table {
    /// How often somebody came to begin, or was done.
    came: Apart<AtomicU64>,
    x: Apart<AtomicU32>,
    y: Apart<AtomicU32>,
}

impl Table {
    /// Waits until both have come so many `times`.
    fn meet(&self, times: u64) {
        self.came.0.fetch_add(1, SeqCst);
        let mut looks = 0;
        while self.came.0.load(SeqCst) < 2 * times {
            looks += 1;
            if looks < LOOKS { hint::spin_loop() } else { thread::yield_now() }
        }
    }

    /// One of the two threads.
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
            // Each clears what the other one writes. So that lies in the cache of the core that
            // reads it, and not of the one that writes it: the store will take its time.
            theirs.store(0, Relaxed);
            seen
        };
        (0..rounds).map(round).collect()
    }
    // ANCHOR_END: side
}

/// Lets two threads take a step at the same moment, so many `rounds`. One gets two numbers, and
/// the other one the same two in turn; both are 0 when a round begins. Returns what each
/// returned, round by round.
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
