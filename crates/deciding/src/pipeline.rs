//! A data pipeline: chunks of text are read, parsed, and added up. Parsing takes longest.
//!
//! With a thread for each stage, a pipeline is as fast as the slowest stage. So the slowest one gets more
//! hands: more threads, or processes, to which each chunk has to travel.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hybrid_pools::{ProcessPool, Task};
use tour::clock;
use workloads::primes;

use crate::decision::{Decision, Failure, Trial};
use crate::team::{RUNS, Team};

/// How many lines a chunk has.
const LINES: u64 = 8_000;

/// How many chunks may lie between two stages.
const BETWEEN: usize = 4;

/// How often each prime has come.
pub type Tally = BTreeMap<u64, u32>;

/// Reads chunk number `n`: a text with a number in each line. The numbers are made up here, and stand for
/// a file.
pub fn read(n: u64) -> String {
    let mut text = String::new();
    for line in n * LINES..(n + 1) * LINES {
        // A number below 2¹⁷, well mixed: the factor is that of Fibonacci hashing (Knuth, *The Art of
        // Computer Programming*, vol. 3, section 6.4).
        let number = line.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 47;
        writeln!(text, "{number}").expect("a string takes all");
    }
    text
}

/// Reads the numbers of a chunk, and keeps those that are prime.
pub fn parse(text: &str) -> Vec<u64> {
    let numbers = text.lines().map(|line| line.parse().expect("a number in each line"));
    numbers.filter(|number| primes::is_prime(*number)).collect()
}

/// Adds the primes of a chunk to the tally.
pub fn add(tally: &mut Tally, primes: Vec<u64>) {
    for prime in primes {
        *tally.entry(prime).or_default() += 1;
    }
}

/// Takes a chunk, and does nothing with it.
pub const TAKE: Task<String, ()> = Task::new("take a chunk", drop);

/// [`parse`] in a process.
pub const PARSE: Task<String, Vec<u64>> = Task::new("parse", |text| parse(&text));

/// Reads, parses and adds up one chunk after the other.
pub fn one_after_the_other(chunks: u64) -> Tally {
    let mut tally = Tally::new();
    for n in 0..chunks {
        add(&mut tally, parse(&read(n)));
    }
    tally
}

/// A thread that reads, `parsers` threads that parse, and this thread, which adds up.
pub fn in_stages(chunks: u64, parsers: usize) -> Tally {
    let (text, texts) = sync_channel::<String>(BETWEEN);
    let (parsed, results) = sync_channel(BETWEEN);
    // The receiver goes with the last parser. So if all of them panic, the thread that reads doesn't wait
    // for room in the channel for ever.
    let texts = Arc::new(Mutex::new(texts));
    thread::scope(|scope| {
        for _ in 0..parsers {
            let (parsed, texts) = (parsed.clone(), texts.clone());
            scope.spawn(move || {
                loop {
                    let text = texts.lock().expect("nobody panics while taking").recv();
                    let Ok(text) = text else { break };
                    if parsed.send(parse(&text)).is_err() {
                        break;
                    }
                }
            });
        }
        drop((parsed, texts));
        scope.spawn(move || (0..chunks).map(read).try_for_each(|chunk| text.send(chunk)));
        let mut tally = Tally::new();
        results.iter().for_each(|primes| add(&mut tally, primes));
        tally
    })
}

/// Processes that parse; this thread reads and adds up.
pub fn in_processes(chunks: u64, pool: &ProcessPool) -> Result<Tally, Failure> {
    let mut tally = Tally::new();
    for primes in pool.map(&PARSE, (0..chunks).map(read)) {
        add(&mut tally, primes?);
    }
    Ok(tally)
}

/// What is measured first, in seconds.
struct Constants {
    /// Reading a chunk.
    read: f64,
    /// Parsing it.
    parse: f64,
    /// Adding it up.
    add: f64,
    /// Sending it to a process, when many are sent.
    send: f64,
}

// ANCHOR: arithmetic
impl Constants {
    /// A pipeline is as fast as its slowest stage, and no faster than the cores allow.
    /// The first chunk has to be read before the other stages can start, and the
    /// last one has to be added up after they have ended.
    fn predict(&self, chunks: u64, parsers: usize, cores: usize) -> f64 {
        let Self { read, parse, add, .. } = self;
        let all = (read + parse + add) / cores as f64;
        let slowest = (parse / parsers as f64).max(*read).max(*add);
        chunks as f64 * slowest.max(all) + read + add
    }

    /// This thread reads and adds up. More hands don't make sending any faster: while a
    /// chunk is sent, this side is busy with it, and so is the one that receives it.
    fn predict_sending(&self, chunks: u64, parsers: usize, cores: usize) -> f64 {
        let here = Self { read: self.read + self.add, add: 0.0, ..*self };
        here.predict(chunks, parsers, cores) + chunks as f64 * self.send
    }
}
// ANCHOR_END: arithmetic

/// The median, in seconds; of an even number of times, the larger one in the middle.
fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

/// Measures the constants, predicts from them how long each way takes, and tries it.
///
/// # Errors
///
/// When a process has ended, or two ways come to different results.
pub fn decide(chunks: u64, team: &Team) -> Result<Decision, Failure> {
    let Team { hands, cores, processes, .. } = team;
    // Another chunk each time: a processor learns to predict the branches of one that it has seen before.
    let mut tally = Tally::new();
    let (mut reads, mut parses, mut adds) = (vec![], vec![], vec![]);
    for n in 0..RUNS as u64 {
        let (text, time) = clock::time(|| read(n));
        reads.push(time);
        let (primes, time) = clock::time(|| parse(&text));
        parses.push(time);
        let ((), time) = clock::time(|| add(&mut tally, primes));
        adds.push(time);
    }
    let [read, parse, add] = [reads, parses, adds].map(middle);
    let text = self::read(1);
    let send = team.sending(&TAKE, || text.clone())?;
    let constants = Constants { read, parse, add, send };
    let mut trial = Trial::new(&[
        ("read a chunk", read),
        ("parse it", parse),
        ("add it up", add),
        ("send it to a process", send),
    ]);
    let alone = chunks as f64 * (read + parse + add);
    trial.way("one after the other", 1, alone, || Ok(one_after_the_other(chunks)))?;
    trial.way(
        "a thread for each stage",
        3,
        constants.predict(chunks, 1, *cores),
        || Ok(in_stages(chunks, 1)),
    )?;
    let predicted = constants.predict(chunks, *hands, *cores);
    trial.way("more threads that parse", 2 + hands, predicted, || {
        Ok(in_stages(chunks, *hands))
    })?;
    let predicted = constants.predict_sending(chunks, *hands, *cores);
    trial.way("processes that parse", 1 + hands, predicted, || {
        in_processes(chunks, processes)
    })?;
    Ok(trial.decision())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_kept_and_counted() {
        assert_eq!(parse("2\n4\n7\n9\n7\n"), [2, 7, 7]);
        let mut tally = Tally::new();
        add(&mut tally, vec![2, 7, 7]);
        add(&mut tally, vec![7]);
        assert_eq!(tally, Tally::from([(2, 1), (7, 3)]));
    }

    #[test]
    fn chunks_follow_each_other() {
        assert_eq!(read(0).lines().count() as u64, LINES);
        assert_ne!(read(0), read(1));
    }

    #[test]
    fn stages_come_to_the_same() {
        for chunks in [0, 1, 5] {
            for parsers in [1, 3] {
                assert_eq!(in_stages(chunks, parsers), one_after_the_other(chunks));
            }
        }
    }

    #[test]
    fn a_pipeline_is_as_fast_as_its_slowest_stage() {
        let constants = Constants { read: 1.0, parse: 6.0, add: 1.0, send: 0.5 };
        assert_eq!(constants.predict(10, 1, 8), 60.0 + 2.0);
        assert_eq!(constants.predict(10, 3, 8), 20.0 + 2.0);
        assert_eq!(constants.predict(10, 12, 8), 10.0 + 2.0);
        assert_eq!(constants.predict(10, 12, 2), 40.0 + 2.0, "cores");
        assert_eq!(constants.predict_sending(10, 12, 8), 20.0 + 2.0 + 5.0);
    }
}
