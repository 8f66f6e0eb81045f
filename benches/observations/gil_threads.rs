//! Countdowns in the interpreter, under each policy: one thread, and two of them beside the same
//! one after the other. How many ran at once. And Python, where there is a `python3`.

use benches::samples::median;
use benches::{Observer, Unit, python};
use gil::interpreter::{Call, Interpreter};
use gil::lanes::at_once;
use gil::per_interpreter;
use gil::policy::{Biased, FineGrained, Interval, Policy, Single, Tick};
use gil::programs::program;
use tour::clock;

/// Turns of each countdown.
const TURNS: i64 = 1_000_000;
/// Countdowns of each kind, whose median counts.
const RUNS: usize = 5;
/// A pass takes a second.
const PASSES: usize = 3;
/// Room for objects.
const PLACES: u32 = 4_096;

/// How long one thread takes, the same twice, and two threads; in nanoseconds.
type Times = [f64; 3];

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for _ in 0..PASSES {
            policies(observer);
        }
        let [single, ..] = times(&run_in::<Single>(), false);
        peers(observer, single);
    }
}

fn policies(observer: &mut Observer) {
    let [single, ..] = times(&run_in::<Single>(), false);
    turn(observer, Single::NAME, single);
    for (name, times) in [
        (Tick::NAME, times(&run_in::<Tick>(), true)),
        (Interval::NAME, times(&run_in::<Interval>(), true)),
        (FineGrained::NAME, times(&run_in::<FineGrained>(), true)),
        (Biased::NAME, times(&run_in::<Biased>(), true)),
        ("per-interpreter", times(&alone, true)),
    ] {
        let [one, after, two] = times;
        turn(observer, name, one);
        let ratio = format!("one thread against single/{name}");
        observer.sample(&ratio, Unit::Ratio, one / single);
        let ratio = format!("two threads against one after the other/{name}");
        observer.sample(&ratio, Unit::Ratio, two / after);
    }
    concurrency::<Tick>(observer);
    concurrency::<Interval>(observer);
    concurrency::<FineGrained>(observer);
    concurrency::<Biased>(observer);
}

fn turn(observer: &mut Observer, name: &str, time: f64) {
    observer.sample(&format!("a turn/{name}"), Unit::Ns, time / TURNS as f64);
}

/// Runs calls in one interpreter.
fn run_in<P: Policy>() -> impl Fn(&[Call]) {
    let interpreter = Interpreter::new(P::default(), program("countdown"), PLACES);
    let interpreter = interpreter.expect("there is room");
    move |calls| {
        for ended in interpreter.run(calls, false) {
            ended.returned.expect("it counts down");
        }
    }
}

/// Runs each call in an interpreter of its own.
fn alone(calls: &[Call]) {
    let ended = per_interpreter::run(&program("countdown"), calls, PLACES);
    for ended in ended.expect("there is room") {
        ended.returned.expect("it counts down");
    }
}

fn times(run: &dyn Fn(&[Call]), two: bool) -> Times {
    let call: Call = ("countdown", &[TURNS]);
    let time = |work: &dyn Fn()| {
        median((0..RUNS).map(|_| clock::time(work).1.as_nanos() as f64).collect())
    };
    let one = time(&|| run(&[call]));
    if !two {
        return [one; 3];
    }
    let after = time(&|| {
        run(&[call]);
        run(&[call]);
    });
    [one, after, time(&|| run(&[call, call]))]
}

/// How many of four threads ran at once, at most.
fn concurrency<P: Policy>(observer: &mut Observer) {
    let interpreter = Interpreter::new(P::default(), program("countdown"), PLACES);
    let call: Call = ("countdown", &[TURNS / 10]);
    let ended = interpreter.expect("there is room").run(&[call; 4], true);
    let most = at_once(ended.iter().map(|ended| &ended.record[..]));
    observer.sample(&format!("at once/{}", P::NAME), Unit::Count, most as f64);
}

/// Python beside `single`, whose countdown took so long.
fn peers(observer: &mut Observer, single: f64) {
    let times = python::times("crates/gil/python/threads.py", &[]);
    let time = |wanted: &str| {
        let wanted = format!("Python: {wanted}");
        times.iter().find(|(name, _)| *name == wanted).map(|(_, time)| *time)
    };
    if let Some(python) = time("a turn") {
        observer.sample("a turn/Python", Unit::Ns, python);
        let ours = single / TURNS as f64;
        observer.sample("a turn of single against Python", Unit::Ratio, ours / python);
    }
    for (name, two, after) in [
        (
            "two threads against one after the other/Python",
            "two threads",
            "one after the other",
        ),
        (
            "native against one after the other/Python, holds",
            "native, holds, two threads",
            "native, holds, one after the other",
        ),
        (
            "native against one after the other/Python, lets go",
            "native, lets go, two threads",
            "native, lets go, one after the other",
        ),
    ] {
        if let (Some(two), Some(after)) = (time(two), time(after)) {
            observer.sample(name, Unit::Ratio, two / after);
        }
    }
    let natives = Interpreter::new(Interval::default(), program("natives"), PLACES);
    let natives = natives.expect("there is room");
    for (name, function) in [("holds", "hash_and_hold"), ("lets go", "hash_and_release")]
    {
        let call: Call = (function, &[20_000_000]);
        let after = clock::time(|| {
            natives.run(&[call], false);
            natives.run(&[call], false);
        });
        let two = clock::time(|| natives.run(&[call; 2], false));
        let name = format!("native against one after the other/ours, {name}");
        observer.sample(&name, Unit::Ratio, two.1.as_secs_f64() / after.1.as_secs_f64());
    }
}
