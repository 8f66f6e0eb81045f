//! Two ways to wait for the other side: to look again and again, or to sleep and be woken.

use std::hint;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::futex;
use super::lane::Wait;
use crate::error::Problem;
use crate::sync::{AtomicU32, Ordering, fence};

/// How often to look before it is time to ask whether anybody is there: some twenty
/// microseconds.
const LOOKS: u32 = 1_024;

/// How long to sleep before asking whether anybody is there. Whoever leaves rings the bell;
/// whoever is killed can't.
const NAP: Duration = Duration::from_millis(100);

/// A pair of sockets that nothing is ever sent through. The system closes one end when the
/// other side ends, even by SIGKILL, and so we find out.
#[derive(Clone, Debug)]
pub(crate) struct Lifeline(Arc<UnixStream>);

impl Lifeline {
    pub(crate) fn new(end: UnixStream) -> Self {
        Self(Arc::new(end))
    }

    /// Whether the other side is still there.
    fn holds(&self) -> Result<bool, Problem> {
        let mut line = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
        match poll(&mut line, PollTimeout::ZERO) {
            // It can only be read when it is closed.
            Ok(closed) => Ok(closed == 0),
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
        _: u32,
        _: &AtomicU32,
        deadline: Option<Instant>,
    ) -> Result<bool, Problem> {
        if turn % LOOKS != 0 {
            hint::spin_loop();
            return Ok(true);
        }
        // On a machine with one core, the other side needs ours.
        thread::yield_now();
        in_time(deadline)?;
        self.0.holds()
    }

    fn wake(&self, _: &AtomicU32, _: &AtomicU32) {}
    // ANCHOR_END: spin
}

/// Looks for a moment, and then sleeps in the kernel until it is woken: a futex.
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
        word: &AtomicU32,
        seen: u32,
        waits: &AtomicU32,
        deadline: Option<Instant>,
    ) -> Result<bool, Problem> {
        if turn <= self.looks {
            hint::spin_loop();
            return Ok(true);
        }
        waits.store(1, Ordering::Relaxed);
        // The other side writes `word` and then reads `waits`; we write `waits` and then read
        // `word`. Two SeqCst fences: at least one of us sees what the other has written.
        fence(Ordering::SeqCst);
        let left = deadline.map_or(NAP, |deadline| {
            deadline.saturating_duration_since(Instant::now()).min(NAP)
        });
        // Sleeps only if `word` still is `seen`.
        let woken = futex::wait(word, seen, left);
        waits.store(0, Ordering::Relaxed);
        if woken.map_err(Problem::Io)? {
            return Ok(true);
        }
        in_time(deadline)?;
        self.lifeline.holds()
    }

    fn wake(&self, word: &AtomicU32, waits: &AtomicU32) {
        fence(Ordering::SeqCst);
        if waits.load(Ordering::Relaxed) != 0 {
            futex::wake(word);
        }
    }
    // ANCHOR_END: sleep
}

fn in_time(deadline: Option<Instant>) -> Result<(), Problem> {
    match deadline {
        Some(deadline) if deadline <= Instant::now() => Err(Problem::Late),
        _ => Ok(()),
    }
}
