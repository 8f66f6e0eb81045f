//! Two loops by turns, for some seconds: one that does a step at a time, and one that does as many at once as
//! a core can. What makes the core slower makes both slower. Whoever uses the other half of a real core
//! takes units from the second.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use benches::{Observer, Unit};
use tour::clock;
use workloads::squares;

const ROUNDS: usize = 60;
/// So that the rounds are spread over some seconds: a neighbour comes and goes.
const PAUSE: Duration = Duration::from_millis(50);
/// So many that a run takes about a millisecond.
const STEPS: u64 = 1_000_000;
/// Of each, a square; there, the core works at several at once.
const NUMBERS: u64 = 3_000_000;
/// Of so many runs, one is quicker than what is taken for the quick ones, and one slower than the slow.
const ONE_IN: usize = 20;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let (mut in_turn, mut at_once) = (Vec::new(), Vec::new());
        for _ in 0..observer.times(ROUNDS).max(2 * ONE_IN) {
            in_turn.push(clock::time(|| black_box(one_at_a_time())).1);
            at_once.push(clock::time(|| squares::sum(0..NUMBERS)).1);
            thread::sleep(PAUSE);
        }
        for (name, mut times) in [("one at a time", in_turn), ("many at once", at_once)] {
            times.sort_unstable();
            let left_out = times.len() / ONE_IN;
            let slow = times[times.len() - 1 - left_out].as_secs_f64();
            let ratio = slow / times[left_out].as_secs_f64();
            observer.sample(&format!("slow against quick/{name}"), Unit::Ratio, ratio);
        }
    }
}

/// Each multiplication needs the result of the last one.
fn one_at_a_time() -> u64 {
    let step = |n: u64, _| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(7);
    (0..STEPS).fold(black_box(1), step)
}
