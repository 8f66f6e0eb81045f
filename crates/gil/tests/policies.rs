//! The same programs under every policy, with many threads.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use gil::heap::Trap;
use gil::interpreter::{Call, Ended, Interpreter, Value};
use gil::per_interpreter;
use gil::policy::{
    Biased, BiasedMortal, FineGrained, FineGrainedImmortal, Interval, Policy, Single,
    Tick, Unlocked,
};
use gil::programs::program;

/// Threads in a run.
const THREADS: usize = 32;
/// Turns of each thread's loop.
const TURNS: i64 = 60;
/// Runs of each program under each policy.
const RUNS: usize = 1_000;
/// Room for all objects that there may be at once.
const PLACES: u32 = 16_384;
/// Long enough for any machine, short enough for a reader who waits for a failure.
const LONG: Duration = Duration::from_secs(300);

/// Fails when `work` hangs.
fn watched(work: impl FnOnce() + Send + 'static) {
    let (say, done) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        let _ = say.send(());
    });
    match done.recv_timeout(LONG) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("a deadlock?"),
        _ => worker.join().unwrap(),
    }
}

fn all_returned(ended: &[Ended]) {
    for Ended { returned, .. } in ended {
        assert_eq!(*returned, Ok(Value::None));
    }
}

fn shared_list<P: Policy>() {
    let interpreter =
        Interpreter::new(P::default(), program("shared_list"), PLACES).unwrap();
    for _ in 0..RUNS {
        all_returned(&interpreter.run(&[("prepare", &[])], false));
        let append: Call = ("append", &[TURNS]);
        all_returned(&interpreter.run(&[append; THREADS], false));
        let Some(Value::List(items)) = interpreter.global("items") else {
            panic!("{}: no list", P::NAME);
        };
        let sum: i64 =
            items.iter().map(|item| if let Value::Int(n) = item { *n } else { 0 }).sum();
        let each = TURNS * (TURNS + 1) / 2;
        assert_eq!(sum, THREADS as i64 * each, "{}", P::NAME);
        assert_eq!(items.len(), THREADS * TURNS as usize, "{}", P::NAME);
        assert_eq!(interpreter.leaked(), 0, "{}", P::NAME);
    }
}

fn shared_counter<P: Policy>() {
    let mut expected = 0;
    let interpreter =
        Interpreter::new(P::default(), program("shared_counter"), PLACES).unwrap();
    for _ in 0..RUNS {
        let count: Call = ("count", &[TURNS]);
        all_returned(&interpreter.run(&[count; THREADS], false));
        expected += THREADS as i64 * TURNS;
        assert_eq!(
            interpreter.global("total"),
            Some(Value::Int(expected)),
            "{}",
            P::NAME
        );
        assert_eq!(interpreter.leaked(), 0, "{}", P::NAME);
    }
}

#[test]
fn a_shared_list_is_whole_under_tick() {
    watched(shared_list::<Tick>);
}

#[test]
fn a_shared_list_is_whole_under_interval() {
    watched(shared_list::<Interval>);
}

#[test]
fn a_shared_list_is_whole_under_fine_grained() {
    watched(shared_list::<FineGrained>);
}

#[test]
fn a_shared_list_is_whole_under_biased() {
    watched(shared_list::<Biased>);
}

#[test]
fn a_shared_list_is_whole_with_immortals_and_without() {
    watched(shared_list::<FineGrainedImmortal>);
    watched(shared_list::<BiasedMortal>);
}

#[test]
fn a_shared_counter_is_right_under_tick() {
    watched(shared_counter::<Tick>);
}

#[test]
fn a_shared_counter_is_right_under_interval() {
    watched(shared_counter::<Interval>);
}

#[test]
fn a_shared_counter_is_right_under_fine_grained() {
    watched(shared_counter::<FineGrained>);
}

#[test]
fn a_shared_counter_is_right_under_biased() {
    watched(shared_counter::<Biased>);
}

#[test]
fn a_shared_counter_is_right_with_immortals_and_without() {
    watched(shared_counter::<FineGrainedImmortal>);
    watched(shared_counter::<BiasedMortal>);
}

/// All threads use an object that none of them has made, while a thread outside replaces it: the
/// object isn't freed too early, and in the end it is gone.
#[test]
fn an_object_that_all_threads_use_lives_as_long_as_they_need_it() {
    fn run<P: Policy>() {
        let interpreter =
            Interpreter::new(P::default(), program("shared_step"), PLACES).unwrap();
        for step in 1..=RUNS as i64 / 10 {
            interpreter.set("step", step);
            let (shared, own) = (("shared", &[TURNS][..]), ("own", &[TURNS][..]));
            let calls: Vec<Call> = [shared, own].repeat(THREADS / 2);
            let ended = thread::scope(|scope| {
                let running = scope.spawn(|| interpreter.run(&calls, false));
                interpreter.set("step", 1);
                running.join().unwrap()
            });
            all_returned(&ended);
            assert_eq!(interpreter.global("step"), Some(Value::Int(1)), "{}", P::NAME);
            assert_eq!(interpreter.leaked(), 0, "{}", P::NAME);
        }
    }
    watched(|| {
        run::<Tick>();
        run::<Interval>();
        run::<FineGrained>();
        run::<FineGrainedImmortal>();
        run::<BiasedMortal>();
        run::<Biased>();
    });
}

#[test]
fn an_interpreter_for_each_thread() {
    watched(|| {
        let program = program("squares");
        for _ in 0..RUNS {
            let squares: Call = ("squares", &[TURNS]);
            let ended = per_interpreter::run(&program, &[squares; THREADS], 256).unwrap();
            assert_eq!(ended.len(), THREADS);
            for Ended { returned, .. } in ended {
                assert_eq!(returned, Ok(Value::Int(73_810)));
            }
        }
    });
}

/// One thread leaves nothing behind, whatever the policy.
#[test]
fn one_thread_is_the_same_everywhere() {
    fn run<P: Policy>() {
        let interpreter =
            Interpreter::new(P::default(), program("squares"), PLACES).unwrap();
        let [Ended { returned, .. }] = &interpreter.run(&[("squares", &[10])], false)[..]
        else {
            panic!("one thread");
        };
        assert_eq!(*returned, Ok(Value::Int(385)), "{}", P::NAME);
        assert_eq!(interpreter.leaked(), 0, "{}", P::NAME);
    }
    run::<Single>();
    run::<Unlocked>();
    run::<Tick>();
    run::<Interval>();
    run::<FineGrained>();
    run::<FineGrainedImmortal>();
    run::<BiasedMortal>();
    run::<Biased>();
}

/// What the GIL is there to prevent: counts are lost, so that an object is freed while a thread
/// still needs it, or is never freed.
#[test]
fn without_any_lock_objects_are_lost() {
    let misbehaves = || {
        let program = program("shared_counter");
        let interpreter =
            Interpreter::new(Unlocked::default(), program, 1 << 20).unwrap();
        let count: Call = ("count_without_lock", &[100_000]);
        let ended = interpreter.run(&[count; 4], false);
        let traps: Vec<Trap> = ended
            .into_iter()
            .filter_map(|ended| ended.returned.err().map(|stopped| stopped.trap))
            .collect();
        traps.contains(&Trap::UseAfterFree) || interpreter.leaked() > 0
    };
    // Mostly in the first run. With one core, two threads rarely meet in the middle of a count.
    assert!((0..1_000).any(|_| misbehaves()));
}

/// Threads that count in a variable without a lock of the program may lose a part of the sum, but
/// never an object: that is what the policies are for.
#[test]
fn objects_are_not_lost_with_the_sum() {
    fn run<P: Policy>() {
        let program = program("shared_counter");
        let interpreter = Interpreter::new(P::default(), program, PLACES).unwrap();
        for _ in 0..RUNS / 5 {
            let count: Call = ("count_without_lock", &[TURNS]);
            all_returned(&interpreter.run(&[count; 8], false));
            assert_eq!(interpreter.leaked(), 0, "{}", P::NAME);
        }
    }
    watched(|| {
        run::<Tick>();
        run::<Interval>();
        run::<FineGrained>();
        run::<FineGrainedImmortal>();
        run::<BiasedMortal>();
        run::<Biased>();
    });
}
