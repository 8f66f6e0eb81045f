//! Ways to start something that runs beside us, from the cheapest to the dearest.
//!
//! Each function starts something, waits until it says that it is ready, tells it to end, and
//! waits until it has ended. In between, what was started does nothing.
//!
//! * [`thread`](thread()): a thread, to compare with.
//! * [`forked`]: a process that is a fork of this one.
//! * [`served`]: a process that is forked by a server, which is there already.
//! * [`spawned`]: a process that runs this program anew. Rust's `Command` uses
//!   posix_spawn, which makes the process and starts the program in one go.
//! * [`forked_and_executed`]: the same with fork and then exec, two steps.
//!
//! [`true_run`] is for comparison: the smallest program there is, started and waited for.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
#[cfg(target_os = "linux")]
use std::sync::{Mutex, PoisonError};
use std::thread;

#[cfg(target_os = "linux")]
use crate::fork_server::ForkServer;
use crate::worker::{self, Error, Program, Work, Worker};

/// Starts something, lets it end, and waits for its end.
pub type Way = fn() -> Result<(), Error>;

/// All ways that this system has, by the names that they have in the measurements.
pub const WAYS: &[(&str, Way)] = &[
    ("thread", thread),
    #[cfg(target_os = "linux")]
    ("fork", forked),
    #[cfg(target_os = "linux")]
    ("fork server", served),
    ("true", true_run),
    ("spawn", spawned),
    ("fork and exec", forked_and_executed),
];

/// The work of a worker that has nothing to do.
pub const IDLE: Work = Work::new("idle", |link| worker::answer(link, |(): ()| ()));

/// Starts a thread of this process, waits until it is ready, and has it end.
///
/// # Errors
///
/// Never; it is a [`Way`] like the others.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: thread
pub fn thread() -> Result<(), Error> {
    let (say_ready, ready) = mpsc::channel();
    let (end, wait_for_end) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        say_ready.send(()).expect("the parent waits");
        let _ = wait_for_end.recv();
    });
    ready.recv().expect("the thread says so");
    drop(end);
    thread.join().expect("the thread doesn't panic");
    Ok(())
}
// ANCHOR_END: thread

/// Starts a process from a fork server, waits until it is ready, and has it end. The first call
/// starts the server, which then stays until this process ends. After an error, the next call
/// starts another server.
///
/// # Errors
///
/// As [`ForkServer::start`] and [`ForkServer::worker`].
#[cfg(target_os = "linux")]
// ANCHOR: served
pub fn served() -> Result<(), Error> {
    static SERVER: Mutex<Option<ForkServer>> = Mutex::new(None);

    let mut kept = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let mut server = match kept.take() {
        Some(server) => server,
        None => ForkServer::start(&Program::this()?)?,
    };
    let worker = server.worker(&IDLE)?;
    *kept = Some(server);
    worker.join()
}
// ANCHOR_END: served

/// Forks this process, waits until the child is ready, and has it end.
///
/// # Errors
///
/// As [`Worker::fork`].
#[cfg(target_os = "linux")]
pub fn forked() -> Result<(), Error> {
    Worker::fork(&IDLE)?.join()
}

/// Starts a process that runs this program from its beginning, waits until it is ready, and has
/// it end.
///
/// # Errors
///
/// As [`Worker::start`].
// ANCHOR: spawned
pub fn spawned() -> Result<(), Error> {
    Worker::start(&IDLE)?.join()
}
// ANCHOR_END: spawned

/// Does the same as [`spawned`], by fork and exec.
///
/// # Errors
///
/// As [`Worker::start`].
pub fn forked_and_executed() -> Result<(), Error> {
    Program::this()?.by_fork().start(IDLE.name)?.join()
}

/// Runs the program `true`, which does nothing and says nothing.
///
/// # Errors
///
/// When there is no such program, or it fails.
pub fn true_run() -> Result<(), Error> {
    // Where it is on most systems, so that nobody measures how long the search takes.
    let places = ["/bin/true", "/usr/bin/true"];
    let program = places.into_iter().find(|path| Path::new(path).exists());
    let program = program.unwrap_or("true");
    match Command::new(program).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(Error::Refused { reason: format!("`{program}` failed: {status}") })
        }
        Err(source) => Err(Error::Start { program: program.into(), source }),
    }
}
