//! Threads that compute.

use std::io::Write;
use std::time::Duration;

use gil::heap::Trap;
use gil::interpreter::{Call, Ended, Interpreter};
use gil::per_interpreter;
use gil::policy::{Biased, FineGrained, Interval, Policy, Single, Tick, Unlocked};
use gil::programs::program;
use tour::{Outcome, Stage, Table, clock, format, spare};

use super::{PLACES, ask_for, interpreter, returned};

pub(crate) fn listing(stage: &mut Stage) -> Outcome {
    let listing = program("countdown").program().to_string();
    for line in listing.lines() {
        writeln!(stage, "  {line}")?;
    }
    Ok(())
}

/// How long the countdown takes in one thread, in one thread twice in a row, and in two threads at
/// once.
fn race<P: Policy>(turns: i64) -> Result<[Duration; 3], String> {
    let interpreter = interpreter::<P>("countdown")?;
    let turns = [turns];
    let call: Call = ("countdown", &turns);
    let time = |calls: &[Call]| {
        let (ended, time) = clock::time(|| interpreter.run(calls, false));
        returned(&ended).map(|()| time)
    };
    let one = time(&[call])?;
    let after = one + time(&[call])?;
    Ok([one, after, time(&[call, call])?])
}

pub(crate) fn threads(stage: &mut Stage) -> Outcome {
    // `per_interpreter` starts two threads, and the interpreter in each starts another one.
    spare::threads(4)?;
    let turns = stage.size() as i64;
    let mut table = Table::new([
        "policy",
        "one thread",
        "per turn",
        "two, against one after the other",
    ]);
    let mut row = |name: &str, [one, after, two]: [Duration; 3]| {
        let turn = format::nanoseconds(one.as_nanos() as f64 / turns as f64);
        let ratio = format::ratio(two.as_secs_f64() / after.as_secs_f64());
        table.row([name, &format::time(one), &turn, &ratio]);
    };
    let single = interpreter::<Single>("countdown")?;
    let (ended, one) = clock::time(|| single.run(&[("countdown", &[turns])], false));
    returned(&ended)?;
    row(Tick::NAME, race::<Tick>(turns)?);
    row(Interval::NAME, race::<Interval>(turns)?);
    row(FineGrained::NAME, race::<FineGrained>(turns)?);
    row(Biased::NAME, race::<Biased>(turns)?);
    row("per-interpreter", alone(turns)?);
    #[cfg(unix)]
    row("one process each", process_each(turns).map_err(|error| error.to_string())?);
    let turn = format::nanoseconds(one.as_nanos() as f64 / turns as f64);
    table.row([Single::NAME, &format::time(one), &turn, "—"]);
    write!(stage, "{table}")?;
    Ok(())
}

/// The times of [`race`], with an interpreter for each thread.
fn alone(turns: i64) -> Result<[Duration; 3], String> {
    let program = program("countdown");
    let turns = [turns];
    let call: Call = ("countdown", &turns);
    let time = |calls: &[Call]| {
        let (ended, time) = clock::time(|| per_interpreter::run(&program, calls, PLACES));
        returned(&ended.map_err(|trap| trap.to_string())?).map(|()| time)
    };
    let one = time(&[call])?;
    let after = one + time(&[call])?;
    Ok([one, after, time(&[call, call])?])
}

/// The times of [`race`], with a process instead of each thread.
#[cfg(unix)]
fn process_each(turns: i64) -> Result<[Duration; 3], processes::worker::Error> {
    use gil::process_each::{COUNTDOWN, count_down};
    use processes::worker::Worker;

    let mut workers = [Worker::start(&COUNTDOWN)?, Worker::start(&COUNTDOWN)?];
    let mut time = |which: std::ops::Range<usize>| {
        let (done, time) = clock::time(|| count_down(&mut workers[which], turns));
        done.map(|()| time)
    };
    let one = time(0..1)?;
    let after = one + time(0..1)?;
    Ok([one, after, time(0..2)?])
}

/// How many turns each thread's loop takes, and after how many runs without an accident we give up.
const TURNS: i64 = 100_000;
const RUNS: u64 = 1_000;

pub(crate) fn unlocked(stage: &mut Stage) -> Outcome {
    if stage.workers() < 2 {
        return Err("one thread has nobody to race with; try --workers 2".into());
    }
    ask_for(stage.workers())?;
    let call: Call = ("count_without_lock", &[TURNS]);
    let calls = vec![call; stage.workers()];
    for run in 1..=RUNS {
        let made =
            Interpreter::new(Unlocked::default(), program("shared_counter"), 1 << 20);
        let interpreter = made.map_err(|trap| trap.to_string())?;
        let mut ended = interpreter.run(&calls, false);
        let threads = ended.len();
        let found = |ended: &Ended| {
            ended
                .returned
                .as_ref()
                .is_err_and(|stopped| stopped.trap == Trap::UseAfterFree)
        };
        ended.retain(|ended| !found(ended));
        let early = threads - ended.len();
        // Whatever else may stop a thread is not what this demo is about, and makes it fail.
        returned(&ended)?;
        // A thread that stopped early leaves objects behind by itself: they are no sign of lost
        // counts.
        let leaked = if early == 0 { interpreter.leaked() } else { 0 };
        if early == 0 && leaked == 0 {
            continue;
        }
        let leaked = match early {
            0 => format::count(leaked as u64),
            _ => "not counted (a stopped thread leaves some)".into(),
        };
        for (what, count) in [
            ("runs until something went wrong", format::count(run)),
            (
                "threads that found an object gone which was in use",
                format::count(early as u64),
            ),
            ("objects that will never be freed", leaked),
        ] {
            writeln!(stage, "  {what}: {count}")?;
        }
        return Ok(());
    }
    Err(format!("nothing went wrong in {RUNS} runs; is there only one core?").into())
}
