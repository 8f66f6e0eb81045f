//! What the group `advising` watches: threads that compute, or that sleep while one computes.
//!
//! `watched busy N MILLIONS`, `watched idle N MILLIONS`: with N such threads, and so many numbers that are squared, in all
//! threads together. Prints how many nanoseconds that took, and how many of them the threads were on a core, if the system
//! says so.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::{Condvar, Mutex};
use std::time::Instant;
use std::{env, fs, thread};

fn compute(numbers: u64) -> u64 {
    (0..numbers).fold(0, |sum: u64, n| sum.wrapping_add(black_box(n).wrapping_mul(n)))
}

/// Nanoseconds that this thread has been on a core.
fn on_a_core() -> Option<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_ascii_whitespace().next()?.parse().ok()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse::<u64>().ok();
    let asked = match words[..] {
        ["busy", threads, millions] => number(threads).map(|n| (n, 0, millions)),
        ["idle", threads, millions] => number(threads).map(|n| (1, n, millions)),
        _ => None,
    };
    let asked = asked.and_then(|(busy, idle, millions)| {
        Some((busy, idle, number(millions)?.checked_mul(1_000_000)?))
    });
    let Some((busy @ 1.., idle, numbers)) = asked else {
        eprintln!(
            "watched: the group `advising` of the observations starts it, and nobody else"
        );
        return ExitCode::from(2);
    };
    let (over, told) = (Mutex::new(false), Condvar::new());
    let (took, computed) = thread::scope(|scope| {
        for _ in 0..idle {
            scope.spawn(|| drop(told.wait_while(over.lock().unwrap(), |over| !*over)));
        }
        let begin = Instant::now();
        let hand = || {
            black_box(compute(numbers / busy));
            on_a_core()
        };
        let hands: Vec<_> = (0..busy).map(|_| scope.spawn(hand)).collect();
        let computed: Option<u64> =
            hands.into_iter().map(|hand| hand.join().unwrap()).sum();
        let took = begin.elapsed();
        *over.lock().unwrap() = true;
        told.notify_all();
        (took, computed)
    });
    println!("{} {}", took.as_nanos(), computed.unwrap_or(0));
    ExitCode::SUCCESS
}
