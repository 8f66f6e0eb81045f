//! What the workers of these tests can do.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;
use std::{process, thread};

use hybrid_pools::serving::serve;
use hybrid_pools::{Options, ProcessPool, Run, Task};
use nix::sys::signal::{Signal, raise};
use processes::worker::Work;

pub(crate) type Test = (&'static str, fn());

/// Long enough for any machine, and short enough for whoever waits for a test to fail.
pub(crate) const LONG: Duration = Duration::from_secs(120);

/// Short enough to wait for, and long enough for a task that does next to nothing on any machine.
pub(crate) const SHORT: Duration = Duration::from_millis(500);

pub(crate) const SQUARE: Task<u64, u64> = Task::new("square", |n| n * n);
pub(crate) const ECHO: Task<Vec<u8>, Vec<u8>> = Task::new("echo", |bytes| bytes);
pub(crate) const LENGTHEN: Task<usize, Vec<u8>> =
    Task::new("lengthen", |length| vec![7; length]);
pub(crate) const PANIC: Task<String, ()> = Task::new("panic", |why| panic!("{why}"));
/// Panics with so many words.
pub(crate) const SHOUT: Task<usize, ()> =
    Task::new("shout", |words| panic!("{}", "é ".repeat(words)));
pub(crate) const PROCESS: Task<(), u32> = Task::new("process", |()| process::id());
/// Never returns.
pub(crate) const HANG: Task<(), ()> = Task::new("hang", |()| {
    loop {
        thread::park();
    }
});
/// Waits until nobody holds a lock on the file.
pub(crate) const GATE: Task<PathBuf, ()> = Task::new("gate", |path| {
    File::open(path).and_then(|file| file.lock_shared()).expect("there is a file");
});
/// Kills its process in the way that it is told.
pub(crate) const DIE: Task<String, u32> = Task::new("die", |how| {
    eprintln!("one line\nI die by {how}");
    match how.as_str() {
        "abort" => process::abort(),
        "exit" => process::exit(3),
        "kill" => drop(raise(Signal::SIGKILL)),
        "stop" => drop(raise(Signal::SIGSTOP)),
        _ => {}
    }
    process::id()
});
/// Kills its process when its two numbers are equal.
pub(crate) const POISON: Task<(u64, u64), u64> = Task::new("poison", |(n, poison)| {
    if n == poison {
        process::abort();
    }
    n
});
/// Returns a text; the test takes it for a number.
pub(crate) const LIAR: Task<(), String> = Task::new("liar", |()| "a".repeat(100));
/// Returns something that can't be written as bytes.
pub(crate) const UNWRITABLE: Task<(), Unwritable> =
    Task::new("unwritable", |()| Unwritable);

#[derive(Debug, PartialEq)]
pub(crate) struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("nobody may see it"))
    }
}

impl<'de> serde::Deserialize<'de> for Unwritable {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

pub(crate) const TASKS: &[&dyn Run] = &[
    &SQUARE,
    &ECHO,
    &LENGTHEN,
    &PANIC,
    &SHOUT,
    &PROCESS,
    &HANG,
    &GATE,
    &DIE,
    &POISON,
    &LIAR,
    &UNWRITABLE,
    #[cfg(target_os = "linux")]
    &super::culprits::HARM,
    #[cfg(target_os = "linux")]
    &super::culprits::TWINS,
    #[cfg(target_os = "linux")]
    &super::families::FAMILY,
];

pub(crate) const WORK: Work = Work::new("test", |link| serve(link, TASKS));

/// The options of a pool of two workers.
pub(crate) fn options() -> Options {
    ProcessPool::of(&WORK).unwrap().workers(2).quiet()
}

/// Does `work`, and fails when that hangs.
pub(crate) fn watched(work: fn()) {
    let (say, done) = mpsc::channel();
    let worker = thread::spawn(move || {
        work();
        let _ = say.send(());
    });
    #[cfg(target_os = "linux")]
    let long = LONG.saturating_mul(super::mixed::runs());
    #[cfg(not(target_os = "linux"))]
    let long = LONG;
    match done.recv_timeout(long) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("it hangs"),
        _ => {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    }
}
