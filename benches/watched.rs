//! What the group `advising` watches: threads that compute, or that sleep while one computes.
//!
//! `watched busy N`, `watched idle N`: with N such threads. Prints how many nanoseconds a fixed amount of work took.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::{Condvar, Mutex};
use std::time::Instant;
use std::{env, thread};

/// Numbers that are squared, in all threads together.
const NUMBERS: u64 = 500_000_000;

fn compute(numbers: u64) -> u64 {
    (0..numbers).fold(0, |sum: u64, n| sum.wrapping_add(black_box(n).wrapping_mul(n)))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (busy, idle) = match words[..] {
        ["busy", threads] => (threads.parse(), Ok(0)),
        ["idle", threads] => (Ok(1), threads.parse()),
        _ => (Ok(0), Ok(0)),
    };
    let (Ok(busy @ 1..), Ok(idle)) = (busy, idle) else {
        eprintln!(
            "watched: the group `advising` of the observations starts it, and nobody else"
        );
        return ExitCode::from(2);
    };
    let (over, told) = (Mutex::new(false), Condvar::new());
    let took = thread::scope(|scope| {
        for _ in 0_u64..idle {
            scope.spawn(|| drop(told.wait_while(over.lock().unwrap(), |over| !*over)));
        }
        let begin = Instant::now();
        let hands: Vec<_> =
            (0..busy).map(|_| scope.spawn(move || compute(NUMBERS / busy))).collect();
        let sum = hands
            .into_iter()
            .fold(0, |sum: u64, hand| sum.wrapping_add(hand.join().unwrap()));
        black_box(sum);
        let took = begin.elapsed();
        *over.lock().unwrap() = true;
        told.notify_all();
        took
    });
    println!("{}", took.as_nanos());
    ExitCode::SUCCESS
}
