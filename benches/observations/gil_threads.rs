//! Countdowns in the interpreter, under each policy: how long two threads take, against the same two
//! countdowns one after the other, on all cores and on one; and how many threads ran at once. The same
//! in Python, where there is a `python3`. And native code in two threads, with a lock and without any.

use std::thread;

use benches::{Observer, Unit, python};
use gil::interpreter::{Call, Interpreter, hash};
use gil::lanes::at_once;
use gil::per_interpreter;
use gil::policy::{Biased, FineGrained, Interval, Policy, Single, Tick};
use gil::programs::program;
use sha2::{Digest, Sha256};
use tour::clock;

/// Turns of each countdown: so many because two new threads may share a core until the system moves
/// one.
const TURNS: usize = 10_000_000;
/// How many objects an interpreter has room for.
const PLACES: u32 = 4_096;
/// Rounds of our hash.
const HASHED: usize = 100_000_000;
/// Bytes that Python's threads hash, and how many times: as in the script.
const LENGTH: usize = 20_000_000;
const TIMES: usize = 10;

pub(crate) fn observe(observer: &mut Observer) {
    let turns = observer.times(TURNS) as i64;
    for _ in 0..observer.rounds() {
        policies(observer, turns);
        #[cfg(target_os = "linux")]
        crate::cores::on_one(|| on_one_core(observer, turns));
        peers(observer, turns);
        natives(observer);
    }
}

/// Runs calls, one thread each.
type Run = Box<dyn Fn(&[Call])>;

/// Each policy comes right after `single`, so that a core that others slow down is slow for both.
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

/// Threads that battle for the lock need a second core to do so. Here they have only one.
#[cfg(target_os = "linux")]
fn on_one_core(observer: &mut Observer, turns: i64) {
    let call: Call = ("countdown", &[turns]);
    let ways: [(&str, Run); 2] = [
        (Tick::NAME, Box::new(run_in::<Tick>())),
        (Interval::NAME, Box::new(run_in::<Interval>())),
    ];
    let prefix = "two threads against one after the other, on one core";
    for (name, run) in ways {
        let after = time(|| run(&[call])) + time(|| run(&[call]));
        let two = time(|| run(&[call, call]));
        observer.sample(&format!("{prefix}/{name}"), Unit::Ratio, two / after);
    }
    let mut arguments = python::hurry(observer);
    arguments.push("--briefly".into());
    let times = python::times(observer, "crates/gil/python/threads.py", &arguments);
    let [after, two] =
        ["one after the other", "two threads"].map(|what| find(&times, what));
    if let (Some(after), Some(two)) = (after, two) {
        observer.sample(&format!("{prefix}/Python"), Unit::Ratio, two / after);
    }
}

/// How long Python took for what is `wanted`, in nanoseconds, if it did it.
fn find(times: &[(String, f64)], wanted: &str) -> Option<f64> {
    let wanted = format!("Python: {wanted}");
    times.iter().find(|(name, _)| *name == wanted).map(|(_, time)| *time)
}

/// How long `work` takes, in nanoseconds.
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

/// Runs each countdown in a process of its own, which was started before.
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

/// Measures Python, and our interpreter beside it.
fn peers(observer: &mut Observer, turns: i64) {
    let single = run_in::<Single>();
    let ours = || time(|| single(&[("countdown", &[turns])])) / turns as f64;
    // Before and after Python has run: the faster core is as likely for us as for it.
    let before = ours();
    let times =
        python::times(observer, "crates/gil/python/threads.py", &python::hurry(observer));
    let after = ours();
    let python = |wanted: &str| find(&times, wanted);
    for what in ["counting down", "in hashlib"] {
        let threads = format!("two threads {what}");
        if let (Some(time), Some(busy)) =
            (python(&threads), python(&format!("{threads}, busy")))
        {
            let id = format!("cores that two threads of Python keep busy/{what}");
            observer.sample(&id, Unit::Count, busy / time);
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
}

/// A hash in each of two threads, against two hashes one after the other: as a native call of the
/// interpreter that holds the lock, as one that lets it go, and without interpreter and lock. And what
/// Python's threads hash, without Python. When those without a lock gain little, it is the machine.
fn natives(observer: &mut Observer) {
    let rounds = observer.times(HASHED) as i64;
    let natives = Interpreter::new(Interval::default(), program("natives"), PLACES);
    let natives = natives.expect("there is room");
    let native = |function, calls| {
        let rounds = [rounds];
        let calls: Vec<Call> = vec![(function, &rounds); calls];
        for ended in natives.run(&calls, false) {
            ended.returned.expect("it computes a hash");
        }
    };
    let (bytes, times) = (vec![b'x'; LENGTH], observer.times(TIMES));
    let sha = || {
        let mut sha = Sha256::new();
        (0..times).for_each(|_| sha.update(&bytes));
        sha.finalize()
    };
    let ways: [(&str, &dyn Fn(usize)); 4] = [
        ("ours, holds", &|calls| native("hash_and_hold", calls)),
        ("ours, lets go", &|calls| native("hash_and_release", calls)),
        ("ours, without lock or interpreter", &|calls| {
            in_threads(calls, || hash(rounds))
        }),
        ("SHA-256, without lock or interpreter", &|calls| in_threads(calls, sha)),
    ];
    for (name, run) in ways {
        let after = time(|| run(1)) + time(|| run(1));
        let two = time(|| run(2));
        let id = format!("native against one after the other/{name}");
        observer.sample(&id, Unit::Ratio, two / after);
    }
}

/// Does the same work in so many threads; all of them must come to the same result.
fn in_threads<T: PartialEq + Send>(threads: usize, work: impl Fn() -> T + Sync) {
    thread::scope(|scope| {
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        let done: Vec<_> = started
            .into_iter()
            .map(|done| done.join().expect("it only computes"))
            .collect();
        assert!(done.iter().all(|each| *each == done[0]));
    });
}
