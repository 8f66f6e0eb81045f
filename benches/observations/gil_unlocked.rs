//! Four threads count without any lock: in how many runs objects are freed too early, or never.

use benches::{Observer, Unit};
use gil::heap::Trap;
use gil::interpreter::{Call, Interpreter};
use gil::policy::Unlocked;
use gil::programs::program;

/// Runs in a round.
const RUNS: usize = 20;
const THREADS: usize = 4;
/// Turns of each thread.
const TURNS: i64 = 100_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        let (mut early, mut lost) = (0, 0);
        for _ in 0..RUNS {
            let interpreter =
                Interpreter::new(Unlocked::default(), program("shared_counter"), 1 << 20);
            let interpreter = interpreter.expect("there is room");
            let call: Call = ("count_without_lock", &[TURNS]);
            let ended = interpreter.run(&[call; THREADS], false);
            let freed_early = ended.iter().any(|ended| {
                let stopped = ended.returned.as_ref().err();
                stopped.is_some_and(|stopped| stopped.trap == Trap::UseAfterFree)
            });
            early += usize::from(freed_early);
            // A thread that stopped has left things behind: then, leaks say nothing.
            lost += usize::from(freed_early || interpreter.leaked() > 0);
        }
        let share = |runs: usize| 100.0 * runs as f64 / RUNS as f64;
        observer.sample("runs of 100/freed too early", Unit::Count, share(early));
        observer.sample(
            "runs of 100/freed too early, or never",
            Unit::Count,
            share(lost),
        );
    }
}
