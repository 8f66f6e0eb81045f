//! Adds two long lists and writes a third, again and again: little to compute, and all of it through the memory.

mod job;

use std::process::ExitCode;
use std::thread;

use job::cores;

const NUMBERS: usize = 1 << 25;

fn add(into: &mut [u64], from: &[u64]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into = into.wrapping_add(*from);
    }
}

fn with_lists(rounds: u64, round: impl Fn(&mut [u64], &[u64])) -> u64 {
    let mut into: Vec<_> = (0..NUMBERS as u64).collect();
    let from: Vec<_> = (0..NUMBERS as u64).map(|n| n % 7).collect();
    for _ in 0..rounds {
        round(&mut into, &from);
    }
    into.iter().fold(0, |sum, n| sum ^ n)
}

fn one(rounds: u64) -> u64 {
    with_lists(rounds, add)
}

fn threads(rounds: u64) -> u64 {
    let part = NUMBERS.div_ceil(cores() as usize);
    with_lists(rounds, |into, from| {
        thread::scope(|scope| {
            for (into, from) in into.chunks_mut(part).zip(from.chunks(part)) {
                scope.spawn(|| add(into, from));
            }
        });
    })
}

fn main() -> ExitCode {
    let variants: [job::Variant; 2] = [("one", one), ("threads", threads)];
    job::main(120, &variants, |part| part.end)
}
