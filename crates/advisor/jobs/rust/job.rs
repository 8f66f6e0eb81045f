//! What the jobs in Rust share: the command line `JOB VARIANT [SIZE]`, and processes that compute a part.

#![allow(dead_code, reason = "not every job needs all of it")]

use std::env;
use std::ops::Range;
use std::process::{Command, ExitCode, Stdio};
use std::thread::available_parallelism;

/// A variant's name, and how it comes to the result.
pub(crate) type Variant = (&'static str, fn(u64) -> u64);

/// Runs the variant that the first argument names, with the second one or else `size`, and prints its result. As
/// `part BEGIN END` it is one of the processes that [`in_processes`] starts, and prints what `part` says.
pub(crate) fn main(
    size: u64,
    variants: &[Variant],
    part: fn(Range<u64>) -> u64,
) -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().ok();
    let named = |name| variants.iter().find(|(known, _)| *known == name);
    let result = match words[..] {
        ["part", begin, end] => {
            number(begin).zip(number(end)).map(|(begin, end)| part(begin..end))
        }
        [name] => named(name).map(|(_, run)| run(size)),
        [name, size] => named(name).zip(number(size)).map(|((_, run), size)| run(size)),
        _ => None,
    };
    let Some(result) = result else {
        let names: Vec<_> = variants.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: JOB {} [SIZE, otherwise {size}]", names.join("|"));
        return ExitCode::from(2);
    };
    println!("{result}");
    ExitCode::SUCCESS
}

/// How many cores this process may use.
pub(crate) fn cores() -> u64 {
    available_parallelism().map_or(1, |cores| cores.get() as u64)
}

/// Divides the numbers below `total` into `count` ranges that are as equal as can be.
pub(crate) fn parts(total: u64, count: u64) -> impl Iterator<Item = Range<u64>> {
    (0..count).map(move |n| total * n / count..total * (n + 1) / count)
}

/// Each part in a process of its own, all at once; the sum of what they print.
///
/// # Panics
///
/// When a process can't be started, or prints no number.
pub(crate) fn in_processes(parts: impl Iterator<Item = Range<u64>>) -> u64 {
    let program = env::current_exe().expect("it is running");
    let start = |part: Range<u64>| {
        let arguments = ["part".into(), part.start.to_string(), part.end.to_string()];
        let mut command = Command::new(&program);
        command.args(arguments).stdout(Stdio::piped()).spawn().expect("it starts again")
    };
    let running: Vec<_> = parts.map(start).collect();
    let printed = running.into_iter().map(|child| {
        let output = child.wait_with_output().expect("it is our child");
        let number = String::from_utf8_lossy(&output.stdout);
        number.trim().parse::<u64>().expect("it prints a number")
    });
    printed.sum()
}
