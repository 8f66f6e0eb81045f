//! Two ways to wait for the other side: to look again and again, or to sleep and be woken.

use std::hint;
use std::thread;
#[cfg(target_os = "linux")]
use std::time::Duration;
use std::time::Instant;

#[cfg(target_os = "linux")]
use super::futex;
use super::lane::Wait;
use super::lifeline::Lifeline;
use crate::error::Problem;
use crate::sync::AtomicU32;
#[cfg(target_os = "linux")]
use crate::sync::{Ordering, fence};

/// How many looks pass before a side that spins asks whether the other side is still there, which
/// takes far longer than a look.
const LOOKS_IN_A_ROW: u32 = 1_024;

/// How long a side sleeps at most before it asks whether the other side is still there. A side that
/// leaves wakes the other; one that is killed can't.
#[cfg(target_os = "linux")]
const NAP: Duration = Duration::from_millis(100);

/// Looks again and again. This is the fastest way as long as each side has a core to itself, and it
/// uses the core even when nothing comes.
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
        // If there is only one core, the other side can run only when we yield it.
        thread::yield_now();
        in_time(deadline)?;
        self.0.holds()
    }

    fn wake(&self, _: &AtomicU32) {}
    // ANCHOR_END: spin
}

/// Looks for a moment, and then sleeps in the kernel until the other side wakes us (spin, then
/// park).
#[cfg(target_os = "linux")]
pub(crate) struct Sleep {
    pub(crate) lifeline: Lifeline,
    /// How often to look before going to sleep.
    pub(crate) looks: u32,
}

#[cfg(target_os = "linux")]
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
        // We write `sleeps` and then look for what we wait for; the other side brings that and then
        // reads `sleeps`. With a SeqCst fence between the two steps on both sides, at least one of
        // us sees what the other wrote.
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
            // If the other side is only about to sleep, the 0 keeps it from doing so.
            sleeps.store(0, Ordering::Relaxed);
            futex::wake(sleeps);
        }
    }
    // ANCHOR_END: sleep
}

#[cfg(target_os = "linux")]
impl Sleep {
    /// Sleeps as long as `sleeps` is 1, but no longer than a nap; returns whether we were woken.
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
