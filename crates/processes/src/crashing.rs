//! Something goes wrong, in a thread or in a process. Who is still alive, and what did they
//! learn?
//!
//! Each trial runs in a process of its own, the *scene*. There, a thread or another process
//! fails, and whoever is left tells what it saw. The program that asked for the trial is another
//! process, so nothing that happens at the scene can hurt it.

mod failures;

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use nix::sys::signal::Signal;

pub use failures::{FAILURES, Failure};

use crate::worker::{self, Error, Program, Work, Worker};

/// How long a failure may take. Whatever has not ended by then is taken for an endless loop.
const PATIENCE: Duration = Duration::from_secs(1);

/// The work of the scene: gets the names of a failure and of a place, lets the failure happen
/// there, and answers what the rest of the scene learned.
pub const SCENE: Work = Work::new("the scene of a crash", |link| {
    failures::contain()?;
    worker::answer(link, |(failure, place): (String, String)| {
        let place = PLACES.iter().find(|(name, _)| *name == place);
        let (_, place) = place.ok_or("there is no such place")?;
        place(failures::by_name(&failure).ok_or("there is no such failure")?)
    })
});

/// The work of the process that fails at the scene: gets the name of the failure.
pub const VICTIM: Work = Work::new("the victim of a crash", |link| {
    failures::contain()?;
    worker::answer(link, |failure: String| {
        failures::by_name(&failure).map(|(_, fail)| fail())
    })
});

/// A place where a failure can happen; returns in words what the rest of the scene learned.
pub type Place = fn(Failure) -> Result<String, String>;

/// The places by name.
pub const PLACES: [(&str, Place); 2] =
    [("in a thread", in_thread), ("in a process", in_process)];

/// What is left after a failure, and how it looked from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The rest of the program goes on; this is what it learned about the failure.
    Survived(String),
    /// The whole program has ended; this is what whoever started it learned.
    NobodyLeft(String),
}

/// Lets one of [`FAILURES`] happen in one of [`PLACES`], both by name, at a scene of its own.
///
/// # Errors
///
/// When the scene can't be set.
// ANCHOR: observe
pub fn observe(failure: &str, place: &str) -> Result<Seen, Error> {
    let mut scene = Program::this()?.quiet().start(SCENE.name)?;
    match scene.ask::<Result<String, String>>(&(failure, place)) {
        Ok(learned) => {
            learned.map(Seen::Survived).map_err(|reason| Error::Refused { reason })
        }
        Err(Error::Lost { status, .. }) => Ok(Seen::NobodyLeft(in_words(status))),
        Err(error) => Err(error),
    }
}
// ANCHOR_END: observe

// ANCHOR: in_thread
fn in_thread((_, fail): Failure) -> Result<String, String> {
    let (ends, ended) = mpsc::channel::<()>();
    let thread = thread::spawn(move || {
        // Dropped when the thread ends, in whatever way, which ends the wait below.
        let _ends = ends;
        fail();
    });
    match ended.recv_timeout(PATIENCE) {
        Err(RecvTimeoutError::Timeout) => Ok("can't stop it".into()),
        _ => match thread.join() {
            Ok(()) => Ok("it returned".into()),
            Err(panic) => Ok(format!("panic: {:?}", message(&*panic))),
        },
    }
}
// ANCHOR_END: in_thread

// ANCHOR: in_process
fn in_process((name, _): Failure) -> Result<String, String> {
    let mut victim = Worker::start(&VICTIM).map_err(|error| error.to_string())?;
    victim.send(&name).map_err(|error| error.to_string())?;
    match victim.receive_within::<Option<()>>(PATIENCE) {
        Ok(_) => Ok("it returned".into()),
        Err(Error::Lost { status, .. }) => Ok(in_words(status)),
        Err(Error::Late { .. }) => Ok("killed it".into()),
        Err(error) => Err(error.to_string()),
    }
}
// ANCHOR_END: in_process

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().unwrap_or(&"")
}

/// How a process ended, in words: `exit status 3`, `SIGABRT`.
pub(crate) fn in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (_, Some(signal)) => match Signal::try_from(signal) {
            Ok(name) => name.to_string(),
            Err(_) => format!("signal {signal}"),
        },
        _ => status.to_string(),
    }
}
