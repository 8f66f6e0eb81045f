//! Two ways to wait for the other side: to look again and again, or to sleep and be woken.

use std::hint;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::futex;
use super::lane::Wait;
use crate::error::Problem;
use crate::sync::{AtomicU32, Ordering, fence};

/// How many looks pass between two questions whether anybody is there: some twenty
/// microseconds.
const LOOKS_IN_A_ROW: u32 = 1_024;

/// How long to sleep before asking whether anybody is there. Whoever leaves wakes us; whoever is
/// killed can't.
const NAP: Duration = Duration::from_millis(100);

/// A pair of sockets that nothing is ever sent through. The system closes one end when the
/// other side ends, even by SIGKILL, and so we find out.
#[derive(Clone, Debug)]
pub(crate) struct Lifeline {
    line: Arc<UnixStream>,
    /// Can be read when the other side's process has ended, which a copy of it holds the line of.
    process: Arc<Mutex<Option<Arc<OwnedFd>>>>,
}

impl Lifeline {
    pub(crate) fn new(end: UnixStream) -> Self {
        Self { line: Arc::new(end), process: Arc::default() }
    }

    /// From now on, it holds no longer than `process` lives.
    pub(crate) fn end_with(&self, process: &Arc<OwnedFd>) {
        *self.process() = Some(Arc::clone(process));
    }

    fn process(&self) -> MutexGuard<'_, Option<Arc<OwnedFd>>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the other side is still there.
    fn holds(&self) -> Result<bool, Problem> {
        let line = self.line.as_fd();
        let process = self.process().clone();
        let process = process.as_ref().map_or(line, |process| process.as_fd());
        let mut either = [line, process].map(|end| PollFd::new(end, PollFlags::POLLIN));
        match poll(&mut either, PollTimeout::ZERO) {
            // They can only be read when it is gone.
            Ok(gone) => Ok(gone == 0),
            Err(Errno::EINTR) => Ok(true),
            Err(error) => Err(Problem::Io(error.into())),
        }
    }
}

/// Looks again and again. The fastest way as long as both sides have a core to themselves,
/// and it needs one even when nothing comes.
pub(crate) struct Spin(pub(crate) Lifeline);

impl Wait for Spin {
    // ANCHOR: spin
    fn wait(
        &self,
        turn: u32,
        _: &AtomicU32,
        deadline: Option<Instant>,
        _: impl Fn() -> bool,
    ) -> Result<bool, Problem> {
        if turn % LOOKS_IN_A_ROW != 0 {
            hint::spin_loop();
            return Ok(true);
        }
        // On a machine with one core, the other side needs ours.
        thread::yield_now();
        in_time(deadline)?;
        self.0.holds()
    }

    fn wake(&self, _: &AtomicU32) {}
    // ANCHOR_END: spin
}

/// Looks for a moment, and then sleeps in the kernel until it is woken (spin, then park).
pub(crate) struct Sleep {
    pub(crate) lifeline: Lifeline,
    /// How often to look before going to sleep.
    pub(crate) looks: u32,
}

impl Wait for Sleep {
    // ANCHOR: sleep
    fn wait(
        &self,
        turn: u32,
        sleeps: &AtomicU32,
        deadline: Option<Instant>,
        ready: impl Fn() -> bool,
    ) -> Result<bool, Problem> {
        if turn <= self.looks {
            hint::spin_loop();
            return Ok(true);
        }
        sleeps.store(1, Ordering::Relaxed);
        // The other side makes it ready and then reads `sleeps`; we write `sleeps` and then look
        // whether it is ready. Two SeqCst fences: at least one of us sees what the other wrote.
        fence(Ordering::SeqCst);
        let woken = ready() || self.sleep(sleeps, deadline)?;
        sleeps.store(0, Ordering::Relaxed);
        if woken && ready() {
            return Ok(true);
        }
        in_time(deadline)?;
        if woken { Ok(true) } else { self.lifeline.holds() }
    }

    fn wake(&self, sleeps: &AtomicU32) {
        fence(Ordering::SeqCst);
        if sleeps.load(Ordering::Relaxed) != 0 {
            // Whoever is only about to sleep won't.
            sleeps.store(0, Ordering::Relaxed);
            futex::wake(sleeps);
        }
    }
    // ANCHOR_END: sleep
}

impl Sleep {
    /// Sleeps as long as `sleeps` is 1, for a nap at most; returns whether we were woken.
    fn sleep(
        &self,
        sleeps: &AtomicU32,
        deadline: Option<Instant>,
    ) -> Result<bool, Problem> {
        let left = deadline.map_or(NAP, |deadline| {
            deadline.saturating_duration_since(Instant::now()).min(NAP)
        });
        futex::wait(sleeps, 1, left).map_err(Problem::Io)
    }
}

fn in_time(deadline: Option<Instant>) -> Result<(), Problem> {
    match deadline {
        Some(deadline) if deadline <= Instant::now() => Err(Problem::Late),
        _ => Ok(()),
    }
}
