//! A thread that was not written to be stopped: what Linux offers against it, and what that
//! leaves behind.
//!
//! The thread holds a lock, as any thread may at a moment that nobody has chosen. Each try has
//! a process of its own, which ends with the try.

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

/// The work of the process in which one of [`FORCES`] is tried: gets the name of the force, and
/// answers what is [`Left`].
pub const FORCED: Work = Work::new("stop a thread by force", |link| {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    worker::answer(link, |force: String| {
        let force = FORCES.iter().find(|(name, _)| *name == force);
        let (_, force) = force.ok_or("there is no such force")?;
        let Left { runs_on, ended, locked } = force().map_err(Errno::desc)?;
        Ok::<_, &str>([runs_on, ended, locked])
    })
});

/// The work of the process in which threads are parked: gets their number, and answers how many
/// of their locks stay locked.
pub const PARKING: Work = Work::new("park threads", |link| {
    worker::answer(link, |threads: usize| locks_left(threads).map_err(Errno::desc))
});

/// A force, used against a thread that holds a lock and will never end.
pub type Force = fn() -> Result<Left, Errno>;

/// All forces, by name.
pub const FORCES: [(&str, Force); 3] = [
    ("pthread_cancel, while it computes", cancel_computing),
    ("pthread_cancel, while it waits", cancel_waiting),
    ("a signal whose handler parks", || park(Victim::computing())),
];

/// What is left of a thread after a force was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The thread goes on computing.
    pub runs_on: bool,
    /// The thread has ended.
    pub ended: bool,
    /// The lock that the thread held stays locked: no other thread can have it.
    pub locked: bool,
}

/// What a force did to the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Aftermath {
    /// The other threads of the process live on.
    Lives(Left),
    /// The process has ended, with all its threads, in this way.
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

/// How often the victims have gone round their loops.
static COUNT: AtomicU64 = AtomicU64::new(0);
/// After so many turns more, nobody doubts that a thread goes on.
const TURNS: u64 = 1_000_000;
/// After so many turns, a thread is in the middle of its work.
const A_WHILE: u64 = 1_000;
/// How long to wait for a thread that should have ended.
const PATIENCE: Duration = Duration::from_secs(1);

impl Victim {
    /// A victim that counts for ever.
    fn computing() -> Self {
        Self::start(|| {
            loop {
                COUNT.fetch_add(1, SeqCst);
            }
        })
    }

    /// Starts a victim that does `work`; returns once the victim has its lock.
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
    // The thread ends at its next call into the system that may wait. Its loop has none.
    let asked_at = COUNT.load(SeqCst);
    while !victim.thread.is_finished() && COUNT.load(SeqCst) < asked_at + TURNS {
        thread::yield_now();
    }
    Ok(victim.left(COUNT.load(SeqCst) >= asked_at + TURNS))
}

fn cancel_waiting() -> Result<Left, Errno> {
    let victim = Victim::start(|| thread::sleep(Duration::MAX));
    cancel(&victim.thread)?;
    // Not for ever: some C libraries end a thread without telling Rust.
    let asked = Instant::now();
    while !victim.thread.is_finished() && asked.elapsed() < PATIENCE {
        thread::yield_now();
    }
    Ok(victim.left(false))
}
// ANCHOR_END: cancel

fn cancel(thread: &JoinHandle<()>) -> Result<(), Errno> {
    // SAFETY: nobody has joined the thread, so the number still belongs to it. What becomes of it is
    // another matter: the C library ends it by unwinding its stack, and Rust doesn't allow
    // that through frames that have something to tidy up. We do it to show what happens, in
    // a process that has no other purpose.
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
        // SAFETY: `pause` may be called anywhere. It returns after another signal, or never.
        unsafe { libc::pause() };
    }
}

fn park(victim: Victim) -> Result<Left, Errno> {
    let handler = SigHandler::Handler(stand_still);
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    let parked = PARKED.load(SeqCst);
    // SAFETY: the handler does nothing that a handler may not do. Nobody has
    // joined the thread, so the number still belongs to it.
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

/// Parks so many threads, one after the other, each while it locks and unlocks a mutex all the
/// time; returns how many of the mutexes stay locked.
fn locks_left(threads: usize) -> Result<usize, Errno> {
    let mut stay_locked = 0;
    for _ in 0..threads {
        stay_locked += usize::from(park(Victim::at_work())?.locked);
    }
    Ok(stay_locked)
}

impl Victim {
    /// A victim that again and again adds to a number while it holds its lock, and to another
    /// one while it doesn't. Returns when the victim is in the middle of that.
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

/// The most threads that may be parked: they stay as long as their process.
const MOST: usize = 1_000;

/// Uses one of [`FORCES`], by its name, against a thread in a process of its own; returns what
/// is left.
///
/// # Errors
///
/// When the process can't be started, or there is no such force.
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

/// Parks so many threads by a signal, in a process of their own, each while it locks and unlocks
/// a mutex all the time. Returns how many of the mutexes stay locked for ever.
///
/// # Errors
///
/// When the process can't be started, and for more than 1,000 threads.
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
