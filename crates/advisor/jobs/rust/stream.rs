//! Adds two long lists and writes a third, again and again: little to compute, and all of it through the memory.

mod job;

use std::process::ExitCode;
use std::thread;

use job::cores;

const ROUNDS: usize = 120;

fn add(into: &mut [u64], from: &[u64]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into = into.wrapping_add(*from);
    }
}

fn with_lists(mebi: u64, round: impl Fn(&mut [u64], &[u64])) -> u64 {
    let mut into: Vec<_> = (0..mebi << 20).collect();
    let from: Vec<_> = (0..mebi << 20).map(|n| n % 7).collect();
    for _ in 0..ROUNDS {
        round(&mut into, &from);
    }
    into.iter().fold(0, |sum, n| sum ^ n)
}

fn one(mebi: u64) -> u64 {
    with_lists(mebi, add)
}

fn threads(mebi: u64) -> u64 {
    with_lists(mebi, |into, from| {
        let part = into.len().div_ceil(cores() as usize);
        thread::scope(|scope| {
            for (into, from) in into.chunks_mut(part).zip(from.chunks(part)) {
                scope.spawn(|| add(into, from));
            }
        });
    })
}

fn main() -> ExitCode {
    let variants: [job::Variant; 2] = [("one", one), ("threads", threads)];
    job::main(32, &variants, |part| part.end)
}
