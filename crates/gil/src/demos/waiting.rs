//! Threads that wait, and native code.

use std::io::Write;
use std::time::Duration;

use gil::interpreter::Call;
use gil::policy::{Biased, Interval, Policy};
use gil::{echo, fetching};
use tour::{Outcome, Stage, Table, clock, format, spare};
use workloads::slow_site::SlowSite;

use super::{ASKS, ask_for, interpreter, returned};

/// How long the site thinks before it answers.
const LATENCY: Duration = Duration::from_millis(50);

pub(crate) fn pages(stage: &mut Stage) -> Outcome {
    let pages = stage.workers();
    ask_for(pages)?;
    // Both ends of each connection are open in this process.
    spare::files(2 * pages)?;
    let site = SlowSite::open(LATENCY)?;
    let pages = pages as i64;
    let after = fetching::one_after_the_other(Interval::default(), &site, pages)?;
    let at_once = fetching::at_once(Interval::default(), &site, pages)?;
    let mut table = Table::new(["pages, each after 50 ms", "time"]);
    table.row([&format!("{pages}, one after the other"), &format::time(after)]);
    table.row([&format!("{pages}, a thread each, one lock"), &format::time(at_once)]);
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn native(stage: &mut Stage) -> Outcome {
    ask_for(2)?;
    let interpreter = interpreter::<Interval>("natives")?;
    let rounds = [stage.size() as i64];
    let mut table = Table::new(["two threads", "time", "against one after the other"]);
    for (name, function) in
        [("that hold the lock", "hash_and_hold"), ("that let it go", "hash_and_release")]
    {
        let call: Call = (function, &rounds);
        let (ended, first) = clock::time(|| interpreter.run(&[call], false));
        returned(&ended)?;
        let (ended, second) = clock::time(|| interpreter.run(&[call], false));
        returned(&ended)?;
        let (ended, two) = clock::time(|| interpreter.run(&[call; 2], false));
        returned(&ended)?;
        let ratio = two.as_secs_f64() / (first + second).as_secs_f64();
        table.row([name, &format::time(two), &format::ratio(ratio)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn echo(stage: &mut Stage) -> Outcome {
    ask_for(2)?;
    let mut table =
        Table::new(["requests a second", "alone", "beside one", "alone / beside"]);
    let rows: [(&str, [Vec<Duration>; 2]); 3] = [
        ("interval", both(Interval::default)?),
        ("interval, 20 µs", both(|| Interval::every(Duration::from_micros(20)))?),
        ("biased", both(Biased::default)?),
    ];
    for (name, [alone, beside]) in rows {
        let rate = |latencies: &[Duration]| {
            latencies.len() as f64 / latencies.iter().sum::<Duration>().as_secs_f64()
        };
        let say = |rate: f64| format::count(rate as u64);
        let (alone, beside) = (rate(&alone), rate(&beside));
        table.row([name, &say(alone), &say(beside), &format::ratio(alone / beside)]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

/// The latencies of a server alone, and of one beside a thread that computes.
fn both<P: Policy>(policy: impl Fn() -> P) -> Result<[Vec<Duration>; 2], std::io::Error> {
    Ok([echo::latencies(policy(), 0, ASKS)?, echo::latencies(policy(), 1, ASKS)?])
}
