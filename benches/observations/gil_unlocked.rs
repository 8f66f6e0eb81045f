//! Four threads count without any lock: in how many runs objects are freed too early, or never. And
//! the same program under a lock.

use benches::{Observer, Unit};
use gil::heap::Trap;
use gil::interpreter::{Call, Interpreter};
use gil::policy::{Interval, Policy, Unlocked};
use gil::programs::program;

/// Runs in a round.
const RUNS: usize = 20;
const THREADS: usize = 4;
/// Turns of each thread.
const TURNS: i64 = 100_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let (early, lost) = count::<Unlocked>();
        let share = |runs: usize| 100.0 * runs as f64 / RUNS as f64;
        observer.sample("runs of 100/freed too early", Unit::Count, share(early));
        let id = "runs of 100/freed too early, or never";
        observer.sample(id, Unit::Count, share(lost));
        let (_, lost) = count::<Interval>();
        let id = "runs of 100/the same, under the lock of today";
        observer.sample(id, Unit::Count, share(lost));
    }
}

/// In how many runs an object was freed too early, and in how many one was lost in any way.
fn count<P: Policy>() -> (usize, usize) {
    let (mut early, mut lost) = (0, 0);
    for _ in 0..RUNS {
        let interpreter =
            Interpreter::new(P::default(), program("shared_counter"), 1 << 20);
        let interpreter = interpreter.expect("there is room");
        let call: Call = ("count_without_lock", &[TURNS]);
        let ended = interpreter.run(&[call; THREADS], false);
        let freed_early = ended.iter().any(|ended| {
            let stopped = ended.returned.as_ref().err();
            stopped.is_some_and(|stopped| stopped.trap == Trap::UseAfterFree)
        });
        early += usize::from(freed_early);
        // A thread that was stopped has left things behind, so leaks say nothing then.
        lost += usize::from(freed_early || interpreter.leaked() > 0);
    }
    (early, lost)
}
