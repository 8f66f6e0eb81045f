//! Adds up the divisors of every number: computing in Rust, where no lock is in the way.

mod job;

use std::ops::Range;
use std::process::ExitCode;
use std::thread;

use job::{cores, in_processes, parts};

fn divisors(numbers: Range<u64>) -> u64 {
    let of =
        |n: u64| (1..=n.isqrt()).filter(|d| n % d == 0).map(|d| d + n / d).sum::<u64>();
    numbers.map(of).sum()
}

fn one(size: u64) -> u64 {
    divisors(0..size)
}

/// Several parts for each core, since the larger numbers take longer.
fn threads(size: u64) -> u64 {
    let parts: Vec<_> = parts(size, 16 * cores()).collect();
    thread::scope(|scope| {
        let hand = |n: usize| {
            let mine = parts.iter().skip(n).step_by(cores() as usize).cloned();
            scope.spawn(move || mine.map(divisors).sum::<u64>())
        };
        let hands: Vec<_> = (0..cores() as usize).map(hand).collect();
        hands.into_iter().map(|hand| hand.join().expect("no part panics")).sum()
    })
}

fn processes(size: u64) -> u64 {
    in_processes(parts(size, 4 * cores()))
}

fn main() -> ExitCode {
    let variants: [job::Variant; 3] =
        [("one", one), ("threads", threads), ("processes", processes)];
    job::main(1_800_000, &variants, divisors)
}
