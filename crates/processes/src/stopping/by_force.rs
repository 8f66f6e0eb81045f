//! A thread that has not agreed to be stopped: what Linux has against it, and what that
//! leaves behind.
//!
//! The thread holds a lock, as a thread may at any moment that it doesn't know of. Each try
//! has a process of its own, which doesn't outlive it.

#![allow(unsafe_code)]

use std::hint::black_box;
use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, TryLockError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

use crate::crashing::in_words;
use crate::worker::{self, Error, Program, Work, Worker};

/// Tries one of [`FORCES`], by its name.
pub const FORCED: Work = Work::new("stop a thread by force", |link| {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    worker::answer(link, |force: String| {
        let force = FORCES.iter().find(|(name, _)| *name == force);
        let (_, force) = force.ok_or("there is no such force")?;
        let Left { runs_on, ended, locked } = force().map_err(Errno::desc)?;
        Ok::<_, &str>([runs_on, ended, locked])
    })
});

/// Parks as many threads as it is told.
pub const PARKING: Work = Work::new("park threads", |link| {
    worker::answer(link, |threads: usize| locks_left(threads).map_err(Errno::desc))
});

/// A force, used against a thread that holds a lock and will never end.
pub type Force = fn() -> Result<Left, Errno>;

/// All of them by name.
pub const FORCES: [(&str, Force); 3] = [
    ("pthread_cancel, while it computes", cancel_computing),
    ("pthread_cancel, while it waits", cancel_waiting),
    ("a signal whose handler parks", || park(Victim::computing())),
];

/// What is left of a thread after a force was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// It goes on computing.
    pub runs_on: bool,
    /// It has ended.
    pub ended: bool,
    /// Nobody else can have the lock that it held.
    pub locked: bool,
}

/// What a force did to the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// The others in it live.
    Lives(Left),
    /// It has ended, with all its threads, in this way.
    AllGone(String),
}

impl Aftermath {
    /// Whether the thread has ended and everything else is as it should be.
    pub fn is_clean(&self) -> bool {
        matches!(self, Self::Lives(Left { ended: true, locked: false, .. }))
    }
}

/// A thread that has locked a mutex and keeps it.
struct Victim {
    thread: JoinHandle<()>,
    lock: Arc<Mutex<()>>,
}

/// How far the victim has counted.
static COUNT: AtomicU64 = AtomicU64::new(0);
/// Turns after which nobody doubts that it goes on.
const TURNS: u64 = 1_000_000;
/// Turns after which a thread is at work and no longer at its beginning.
const A_WHILE: u64 = 1_000;
/// How long to wait for a thread that should have ended.
const PATIENCE: Duration = Duration::from_secs(1);

impl Victim {
    /// One that counts for ever.
    fn computing() -> Self {
        Self::start(|| {
            loop {
                COUNT.fetch_add(1, SeqCst);
            }
        })
    }

    /// Returns when it has its lock.
    fn start(work: fn()) -> Self {
        let lock = Arc::new(Mutex::new(()));
        let (say_locked, locked) = mpsc::channel();
        let thread = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                let _held = lock.lock();
                let _ = say_locked.send(());
                work();
            }
        });
        let _ = locked.recv();
        Self { thread, lock }
    }

    fn left(&self, runs_on: bool) -> Left {
        let locked = matches!(self.lock.try_lock(), Err(TryLockError::WouldBlock));
        Left { runs_on, ended: self.thread.is_finished(), locked }
    }
}

// ANCHOR: cancel
fn cancel_computing() -> Result<Left, Errno> {
    let victim = Victim::computing();
    cancel(&victim.thread)?;
    // It ends at the next call into the system that may wait. There is none in its loop.
    let asked_at = COUNT.load(SeqCst);
    while !victim.thread.is_finished() && COUNT.load(SeqCst) < asked_at + TURNS {
        thread::yield_now();
    }
    Ok(victim.left(COUNT.load(SeqCst) >= asked_at + TURNS))
}

fn cancel_waiting() -> Result<Left, Errno> {
    let victim = Victim::start(|| thread::sleep(Duration::MAX));
    cancel(&victim.thread)?;
    // Not for ever: there are C libraries that end a thread without a word to Rust.
    let asked = Instant::now();
    while !victim.thread.is_finished() && asked.elapsed() < PATIENCE {
        thread::yield_now();
    }
    Ok(victim.left(false))
}
// ANCHOR_END: cancel

fn cancel(thread: &JoinHandle<()>) -> Result<(), Errno> {
    // SAFETY: the thread has not been joined, so there is such a thread. What becomes of it is
    // another matter: the C library ends it by unwinding its stack, and Rust doesn't allow
    // that through frames that have something to tidy up. That is what we want to see; the
    // process is there for nothing else.
    let failed = unsafe { libc::pthread_cancel(thread.as_pthread_t()) };
    if failed == 0 { Ok(()) } else { Err(Errno::from_raw(failed)) }
}

/// How many threads stand still in [`stand_still`].
static PARKED: AtomicU64 = AtomicU64::new(0);

// ANCHOR: park
/// Runs in the thread that is to stop, in the middle of whatever it was doing.
extern "C" fn stand_still(_: libc::c_int) {
    PARKED.fetch_add(1, SeqCst);
    loop {
        // SAFETY: it may be called anywhere, and returns after some other signal at most.
        unsafe { libc::pause() };
    }
}

fn park(victim: Victim) -> Result<Left, Errno> {
    let handler = SigHandler::Handler(stand_still);
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    let parked = PARKED.load(SeqCst);
    // SAFETY: the handler does nothing that a handler may not. The thread has not been joined,
    // so there is such a thread.
    unsafe {
        sigaction(Signal::SIGUSR1, &action)?;
        libc::pthread_kill(victim.thread.as_pthread_t(), libc::SIGUSR1);
    }
    while PARKED.load(SeqCst) == parked {
        thread::yield_now();
    }
    Ok(victim.left(false))
}
// ANCHOR_END: park

/// Parks so many threads, each of which locks a mutex and opens it again all the time; returns
/// how many of the locks stay locked.
fn locks_left(threads: usize) -> Result<usize, Errno> {
    let mut stay_locked = 0;
    for _ in 0..threads {
        stay_locked += usize::from(park(Victim::at_work())?.locked);
    }
    Ok(stay_locked)
}

impl Victim {
    /// One that adds to a number behind its lock, then to one that nobody shares, for ever.
    /// Returns when it is in the middle of that.
    fn at_work() -> Self {
        let lock = Arc::new(Mutex::new(()));
        let before = COUNT.load(SeqCst);
        let thread = thread::spawn({
            let lock = Arc::clone(&lock);
            move || {
                let mut own = 0_u64;
                loop {
                    let held = lock.lock();
                    COUNT.fetch_add(1, SeqCst);
                    drop(held);
                    own = black_box(own) + 1;
                }
            }
        });
        while COUNT.load(SeqCst) < before + A_WHILE {
            thread::yield_now();
        }
        Self { thread, lock }
    }
}

/// Parked threads stay, so there is a limit.
const MOST: usize = 1_000;

/// Uses one of [`FORCES`], by its name, against a thread in a process of its own.
///
/// # Errors
///
/// When there is no such process to be had, or no such force.
pub fn by_force(force: &str) -> Result<Aftermath, Error> {
    let mut worker = Program::this()?.quiet().start(FORCED.name)?;
    match worker.ask::<Result<[bool; 3], String>>(&force) {
        Ok(Ok([runs_on, ended, locked])) => {
            Ok(Aftermath::Lives(Left { runs_on, ended, locked }))
        }
        Ok(Err(reason)) => Err(Error::Refused { reason }),
        Err(Error::Lost { status, .. }) => Ok(Aftermath::AllGone(in_words(status))),
        Err(error) => Err(error),
    }
}

/// Of so many threads that lock a mutex and open it again, and are parked by a signal while
/// they do, in a process of their own: how many leave their lock locked, for ever.
///
/// # Errors
///
/// When there is no such process to be had, and for more than 1,000.
pub fn locks_left_locked(threads: usize) -> Result<usize, Error> {
    if threads > MOST {
        let most = tour::format::count(MOST as u64);
        let reason = format!("{most} threads are parked at the most");
        return Err(Error::Refused { reason });
    }
    let mut worker = Worker::start(&PARKING)?;
    let locked: Result<usize, String> = worker.ask(&threads)?;
    locked.map_err(|reason| Error::Refused { reason })
}
