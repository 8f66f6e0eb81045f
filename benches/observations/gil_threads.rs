//! Countdowns in the interpreter, under each policy: one thread, and two of them beside the same
//! one after the other. How many ran at once. And Python, where there is a `python3`: that one, and
//! those without the GIL or with the old one that it finds.

use benches::samples::median;
use benches::{Observer, Unit, python};
use gil::interpreter::{Call, Interpreter};
use gil::lanes::at_once;
use gil::per_interpreter;
use gil::policy::{Biased, FineGrained, Interval, Policy, Single, Tick};
use gil::programs::program;
use tour::clock;

/// Turns of each countdown. They are many: two new threads may share a core until the system moves one
/// of them.
const TURNS: usize = 10_000_000;
/// Passes in a round: of the policies, and of our loop before and after Python's.
const PASSES: usize = 3;
/// Room for objects.
const PLACES: u32 = 4_096;

pub(crate) fn observe(observer: &mut Observer) {
    let turns = observer.times(TURNS) as i64;
    for _ in 0..observer.rounds() {
        for _ in 0..observer.times(PASSES) {
            policies(observer, turns);
        }
        peers(observer, turns);
    }
}

/// Runs calls, one thread each.
type Run = Box<dyn Fn(&[Call])>;

/// Each policy right after `single`: a core that others slow down is slow for both.
fn policies(observer: &mut Observer, turns: i64) {
    let single = run_in::<Single>();
    let ways: &[(&str, Run)] = &[
        (Tick::NAME, Box::new(run_in::<Tick>())),
        (Interval::NAME, Box::new(run_in::<Interval>())),
        (FineGrained::NAME, Box::new(run_in::<FineGrained>())),
        (Biased::NAME, Box::new(run_in::<Biased>())),
        ("per-interpreter", Box::new(alone)),
        #[cfg(unix)]
        ("one process each", Box::new(process_each(turns))),
    ];
    let call: Call = ("countdown", &[turns]);
    for (name, run) in ways {
        let alone = time(|| single(&[call]));
        let one = time(|| run(&[call]));
        let two = time(|| run(&[call, call]));
        let after = one + time(|| run(&[call]));
        observer.sample("a turn/single", Unit::Ns, alone / turns as f64);
        observer.sample(&format!("a turn/{name}"), Unit::Ns, one / turns as f64);
        let ratio = format!("one thread against single/{name}");
        observer.sample(&ratio, Unit::Ratio, one / alone);
        let ratio = format!("two threads against one after the other/{name}");
        observer.sample(&ratio, Unit::Ratio, two / after);
    }
    concurrency::<Tick>(observer, turns);
    concurrency::<Interval>(observer, turns);
}

/// In nanoseconds.
fn time(work: impl FnOnce()) -> f64 {
    clock::time(work).1.as_nanos() as f64
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

/// Runs each countdown in a process of its own, which is there already.
#[cfg(unix)]
fn process_each(turns: i64) -> impl Fn(&[Call]) {
    use gil::process_each::{COUNTDOWN, count_down};
    use processes::worker::Worker;

    let started = [(); 2].map(|()| Worker::start(&COUNTDOWN).expect("it can be started"));
    let workers = std::cell::RefCell::new(started);
    move |calls| {
        let workers = &mut workers.borrow_mut()[..calls.len()];
        count_down(workers, turns).expect("they count down");
    }
}

/// How many of four threads ran at once, at most.
fn concurrency<P: Policy>(observer: &mut Observer, turns: i64) {
    let interpreter = Interpreter::new(P::default(), program("countdown"), PLACES);
    let call: Call = ("countdown", &[turns / 100]);
    let ended = interpreter.expect("there is room").run(&[call; 4], true);
    let most = at_once(ended.iter().map(|ended| &ended.record[..]));
    observer.sample(&format!("at once/{}", P::NAME), Unit::Count, most as f64);
}

/// Python, and our native calls beside its.
fn peers(observer: &mut Observer, turns: i64) {
    let passes = observer.times(PASSES);
    let single = run_in::<Single>();
    let ours = || time(|| single(&[("countdown", &[turns])])) / turns as f64;
    // Before and after Python has run: the faster core is as likely for us as for it.
    let before = median((0..passes).map(|_| ours()).collect());
    let times =
        python::times(observer, "crates/gil/python/threads.py", &python::hurry(observer));
    let after = median((0..passes).map(|_| ours()).collect());
    let python = |wanted: &str| {
        let wanted = format!("Python: {wanted}");
        times.iter().find(|(name, _)| *name == wanted).map(|(_, time)| *time)
    };
    for other in ["2", "without the GIL"] {
        let [turn, after, two] = ["a turn", "one after the other", "two threads"]
            .map(|what| python(&format!("{other}, {what}")));
        if let (Some(turn), Some(after), Some(two)) = (turn, after, two) {
            observer.sample(&format!("a turn/Python {other}"), Unit::Ns, turn);
            let ratio = format!("two threads against one after the other/Python {other}");
            observer.sample(&ratio, Unit::Ratio, two / after);
        }
    }
    if let Some(python) = python("a turn") {
        observer.sample("a turn/Python", Unit::Ns, python);
        let ours = (before + after) / 2.0;
        observer.sample("a turn of single against Python", Unit::Ratio, ours / python);
    }
    for (name, two, after) in [
        (
            "two threads against one after the other/Python",
            "two threads",
            "one after the other",
        ),
        (
            "two threads against one after the other/Python, one process each",
            "two processes",
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
        if let (Some(two), Some(after)) = (python(two), python(after)) {
            observer.sample(name, Unit::Ratio, two / after);
        }
    }
    let natives = Interpreter::new(Interval::default(), program("natives"), PLACES);
    let natives = natives.expect("there is room");
    for (name, function) in [("holds", "hash_and_hold"), ("lets go", "hash_and_release")]
    {
        let call: Call = (function, &[20_000_000]);
        let run = |calls: &[Call]| drop(natives.run(calls, false));
        let after = time(|| run(&[call])) + time(|| run(&[call]));
        let two = time(|| run(&[call; 2]));
        let name = format!("native against one after the other/ours, {name}");
        observer.sample(&name, Unit::Ratio, two / after);
    }
}
