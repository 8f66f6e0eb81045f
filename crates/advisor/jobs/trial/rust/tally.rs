//! Throws dice and counts in one table that all threads share, behind a lock that they take for each throw.

#[path = "../../rust/job.rs"]
mod job;

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;

use job::{cores, in_processes, parts};

/// The sum of two dice.
fn throw(n: u64) -> usize {
    let mixed = (n ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 20) as usize % 6 + (mixed >> 40) as usize % 6
}

fn sum(table: &[u64]) -> u64 {
    table.iter().zip(1..).map(|(count, weight)| count * weight).sum()
}

fn count(throws: Range<u64>) -> u64 {
    let mut table = [0; 11];
    throws.for_each(|n| table[throw(n)] += 1);
    sum(&table)
}

fn one(size: u64) -> u64 {
    count(0..size)
}

fn threads(size: u64) -> u64 {
    let table = Mutex::new([0; 11]);
    thread::scope(|scope| {
        for part in parts(size, 4 * cores()) {
            let table = &table;
            scope.spawn(move || {
                for n in part {
                    table.lock().expect("no thread panics")[throw(n)] += 1;
                }
            });
        }
    });
    sum(&table.into_inner().expect("no thread panics"))
}

fn processes(size: u64) -> u64 {
    in_processes(parts(size, cores()))
}

fn main() -> ExitCode {
    let variants: [job::Variant; 3] =
        [("one", one), ("threads", threads), ("processes", processes)];
    job::main(120_000_000, &variants, count)
}
