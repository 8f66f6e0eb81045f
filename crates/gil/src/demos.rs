//! What `cargo run -p gil` prints.

use std::io::Write;
use std::time::{Duration, Instant};

use gil::echo;
use gil::heap::Trap;
use gil::interpreter::{Call, Ended, Interpreter};
use gil::lanes::{Event, State};
use gil::per_interpreter;
use gil::policy::{Biased, FineGrained, Interval, Policy, Single, Tick, Unlocked};
use gil::programs::program;
use tour::{Outcome, Stage, Table, clock, format};

/// Room for objects.
const PLACES: u32 = 65_536;

pub(crate) fn listing(stage: &mut Stage) -> Outcome {
    let listing = program("countdown").program().to_string();
    for line in listing.lines() {
        writeln!(stage, "  {line}")?;
    }
    Ok(())
}

fn interpreter<P: Policy>(name: &str) -> Result<Interpreter<P>, String> {
    let made = Interpreter::new(P::default(), program(name), PLACES);
    made.map_err(|trap| format!("couldn't load `{name}`: {trap:?}"))
}

/// Every thread has returned, or the first that didn't says why.
fn returned(ended: Vec<Ended>) -> Result<(), String> {
    ended.into_iter().try_for_each(|ended| match ended.returned {
        Ok(_) => Ok(()),
        Err(stopped) => Err(stopped.to_string()),
    })
}

/// The times of one thread, of the same twice, and of two threads.
fn race<P: Policy>(turns: i64) -> Result<[Duration; 3], String> {
    let interpreter = interpreter::<P>("countdown")?;
    let turns = [turns];
    let call: Call = ("countdown", &turns);
    let time = |calls: &[Call]| {
        let (ended, time) = clock::time(|| interpreter.run(calls, false));
        returned(ended).map(|()| time)
    };
    let one = time(&[call])?;
    let after = one + time(&[call])?;
    Ok([one, after, time(&[call, call])?])
}

pub(crate) fn threads(stage: &mut Stage) -> Outcome {
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
    returned(ended)?;
    row(Tick::NAME, race::<Tick>(turns)?);
    row(Interval::NAME, race::<Interval>(turns)?);
    row(FineGrained::NAME, race::<FineGrained>(turns)?);
    row(Biased::NAME, race::<Biased>(turns)?);
    row("per-interpreter", alone(turns)?);
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
        returned(ended.map_err(|trap| format!("{trap:?}"))?).map(|()| time)
    };
    let one = time(&[call])?;
    let after = one + time(&[call])?;
    Ok([one, after, time(&[call, call])?])
}

/// How many characters a lane has.
const WIDTH: usize = 64;

pub(crate) fn lanes(stage: &mut Stage) -> Outcome {
    let turns = [stage.size() as i64];
    let calls: [Call; 2] = [("countdown", &turns); 2];
    draw(stage, Tick::NAME, &interpreter::<Tick>("countdown")?.run(&calls, true))?;
    draw(
        stage,
        Interval::NAME,
        &interpreter::<Interval>("countdown")?.run(&calls, true),
    )?;
    writeln!(stage, "  █ ran most of that time, ▒ some of it, ░ waited")?;
    Ok(())
}

fn draw(stage: &mut Stage, name: &str, ended: &[Ended]) -> Outcome {
    let times = || ended.iter().flat_map(|ended| &ended.record).map(|event| event.at);
    let (Some(start), Some(end)) = (times().min(), times().max()) else { return Ok(()) };
    let switches: usize = ended.iter().map(|ended| runs(&ended.record)).sum();
    let taken = format!("{name}: {}", format::time(end - start));
    let count = format::count(switches as u64);
    writeln!(stage, "  {taken}, the lock was taken {count} times")?;
    for ended in ended {
        let slice = (end - start) / WIDTH as u32;
        let lane: String = (0..WIDTH as u32)
            .map(|n| share(&ended.record, start + slice * n, start + slice * (n + 1)))
            .map(|share| match share {
                share if share > 0.5 => '█',
                share if share > 0.05 => '▒',
                _ => '░',
            })
            .collect();
        writeln!(stage, "  {lane}")?;
    }
    Ok(())
}

fn runs(record: &[Event]) -> usize {
    record.iter().filter(|event| event.state == State::Runs).count()
}

/// Which share of the time between `from` and `to` a thread had the lock.
fn share(record: &[Event], from: Instant, to: Instant) -> f64 {
    let pairs = record.iter().zip(record.iter().skip(1));
    let held: Duration = pairs
        .filter(|(event, _)| event.state == State::Runs)
        .map(|(event, next)| {
            next.at.min(to).saturating_duration_since(event.at.max(from))
        })
        .sum();
    held.as_secs_f64() / (to - from).as_secs_f64()
}

pub(crate) fn native(stage: &mut Stage) -> Outcome {
    let interpreter = interpreter::<Interval>("natives")?;
    let rounds = [stage.size() as i64];
    let mut table = Table::new(["two threads", "time", "against one after the other"]);
    for (name, function) in
        [("that hold the lock", "hash_and_hold"), ("that let it go", "hash_and_release")]
    {
        let call: Call = (function, &rounds);
        let (ended, first) = clock::time(|| interpreter.run(&[call], false));
        returned(ended)?;
        let (ended, second) = clock::time(|| interpreter.run(&[call], false));
        returned(ended)?;
        let (ended, two) = clock::time(|| interpreter.run(&[call; 2], false));
        returned(ended)?;
        let ratio = two.as_secs_f64() / (first + second).as_secs_f64();
        table.row([name, &format::time(two), &format::ratio(ratio)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// How long a client asks.
const ASKS: Duration = Duration::from_millis(300);

pub(crate) fn echo(stage: &mut Stage) -> Outcome {
    let mut table =
        Table::new(["policy", "alone", "beside 1 that computes", "against alone"]);
    let rows: [(&str, [Vec<Duration>; 2]); 3] = [
        ("interval", both(Interval::default)?),
        ("interval, 20 µs", both(|| Interval::every(Duration::from_micros(20)))?),
        ("biased", both(Biased::default)?),
    ];
    for (name, [alone, beside]) in rows {
        let rate = |latencies: &[Duration]| {
            latencies.len() as f64 / latencies.iter().sum::<Duration>().as_secs_f64()
        };
        let say = |rate: f64| format!("{} a second", format::count(rate as u64));
        let (alone, beside) = (rate(&alone), rate(&beside));
        table.row([name, &say(alone), &say(beside), &format::ratio(beside / alone)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// The latencies without and with a thread that computes.
fn both<P: Policy>(policy: impl Fn() -> P) -> Result<[Vec<Duration>; 2], std::io::Error> {
    Ok([echo::latencies(policy(), 0, ASKS)?, echo::latencies(policy(), 1, ASKS)?])
}

/// Turns of each thread, and runs until something goes wrong.
const TURNS: i64 = 100_000;
const RUNS: u64 = 1_000;

pub(crate) fn unlocked(stage: &mut Stage) -> Outcome {
    let call: Call = ("count_without_lock", &[TURNS]);
    let calls = vec![call; stage.workers()];
    for run in 1..=RUNS {
        let made =
            Interpreter::new(Unlocked::default(), program("shared_counter"), 1 << 20);
        let interpreter = made.map_err(|trap| format!("{trap:?}"))?;
        let ended = interpreter.run(&calls, false);
        let early = ended.iter().filter(|ended| {
            ended
                .returned
                .as_ref()
                .is_err_and(|stopped| stopped.trap == Trap::UseAfterFree)
        });
        let early = early.count();
        // A thread that stopped has left things behind, and nobody else is to blame for them.
        let leaked = if early == 0 { interpreter.leaked() } else { 0 };
        if early == 0 && leaked == 0 {
            continue;
        }
        let runs = format::counted(run, "run");
        let threads = format::counted(early as u64, "thread");
        writeln!(
            stage,
            "  after {runs}: {threads} found an object gone that was in use,"
        )?;
        let objects = format::counted(leaked as u64, "object");
        writeln!(stage, "  and {objects} will never be freed")?;
        return Ok(());
    }
    writeln!(stage, "  nothing went wrong in {RUNS} runs; is there only one core?")?;
    Ok(())
}
