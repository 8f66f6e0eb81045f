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

/// The times of one thread, of the same twice, and of two threads.
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
    // Two, each with an interpreter that starts another one.
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

/// The same with an interpreter for each thread.
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

/// The same with a process for each.
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

/// Turns of each thread, and runs until something goes wrong.
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
        // What else stops a thread is not what this shows.
        returned(&ended)?;
        // A thread that stopped has left things behind, and nobody else is to blame for them.
        let leaked = if early == 0 { interpreter.leaked() } else { 0 };
        if early == 0 && leaked == 0 {
            continue;
        }
        let leaked = match early {
            0 => format::count(leaked as u64),
            _ => "not counted: who stops leaves some behind".into(),
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
