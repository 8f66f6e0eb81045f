//! What makes counting without the lock cheap: the bias, or constants that nobody counts? Countdowns with
//! both, with either, and with neither; and with an object that all threads really share.

use benches::{Observer, Unit};
use gil::interpreter::{Call, Interpreter};
use gil::policy::{
    Biased, BiasedMortal, FineGrained, FineGrainedImmortal, Policy, Single,
};
use gil::programs::program;
use tour::clock;

/// Turns of each countdown: so many because two new threads may share a core until the system moves one.
const TURNS: usize = 4_000_000;
/// How many objects an interpreter has room for.
const PLACES: u32 = 4_096;

/// How long so many threads take for these calls, in nanoseconds.
type Time = fn(Calls, usize) -> f64;

/// A program, and a function of it that takes a number of turns.
#[derive(Clone, Copy)]
struct Calls {
    program: &'static str,
    function: &'static str,
    turns: i64,
}

/// How references are counted, and whether those to constants are counted at all.
const CELLS: [(&str, Time); 4] = [
    ("atomic/counted", time::<FineGrained>),
    ("atomic/immortal", time::<FineGrainedImmortal>),
    ("biased/counted", time::<BiasedMortal>),
    ("biased/immortal", time::<Biased>),
];

pub(crate) fn observe(observer: &mut Observer) {
    let turns = observer.times(TURNS) as i64;
    let constants = Calls { program: "countdown", function: "countdown", turns };
    let own = Calls { program: "shared_step", function: "own", turns };
    let shared = Calls { program: "shared_step", function: "shared", turns };
    for _ in 0..observer.rounds() {
        for (name, time) in CELLS {
            let single = self::time::<Single>(constants, 1);
            let [one, two] = [1, 2].map(|threads| time(constants, threads));
            let id = format!("one thread against single/{name}");
            observer.sample(&id, Unit::Ratio, one / single);
            let id = format!("two threads against one after the other/{name}");
            observer.sample(&id, Unit::Ratio, two / (2.0 * one));
            // First an object for each thread, then one for all: nothing else differs.
            let [own, shared] = [own, shared].map(|calls| {
                let [one, two] = [1, 2].map(|threads| time(calls, threads));
                (two / (2.0 * one), two)
            });
            for (whose, (ratio, two)) in [("its own", own), ("shared", shared)] {
                let id = format!("two threads with an object, {whose}/{name}");
                observer.sample(&id, Unit::Ratio, ratio);
                let id = format!("a turn of two threads with an object, {whose}/{name}");
                observer.sample(&id, Unit::Ns, two / turns as f64);
            }
            let id = format!("shared against its own/{name}");
            observer.sample(&id, Unit::Ratio, shared.1 / own.1);
        }
    }
}

fn time<P: Policy>(calls: Calls, threads: usize) -> f64 {
    let Calls { program: name, function, turns } = calls;
    let interpreter = Interpreter::new(P::default(), program(name), PLACES);
    let interpreter = interpreter.expect("there is room");
    if name == "shared_step" {
        interpreter.set("step", 1);
    }
    let turns = [turns];
    let calls: Vec<Call> = vec![(function, &turns); threads];
    let (ended, time) = clock::time(|| interpreter.run(&calls, false));
    for ended in ended {
        ended.returned.expect("it counts down");
    }
    time.as_nanos() as f64
}
