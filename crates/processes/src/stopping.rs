//! Something computes and will never end by itself. What can stop it?
//!
//! * [`by_flag`]: a thread that looks at a flag now and then can be told.
//! * [`by_force`]: for a thread that looks at no flag, what Linux offers instead.
//! * [`by_kill`]: the system can end a process at any time, whatever it does.

use std::hint;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::worker::{self, Error, Work, Worker};

#[cfg(target_os = "linux")]
pub mod by_force;

/// The work of a process that counts for ever, after it has said `()`.
pub const BUSY: Work = Work::new("count for ever", |mut link| {
    worker::end_with_parent(&link)?;
    link.send(&())?;
    loop {
        hint::black_box(());
    }
});

/// A thread counts until a flag is set; returns how long it took from setting the flag until
/// the thread had ended.
///
/// # Panics
///
/// When the system has no thread to spare.
// ANCHOR: flag
pub fn by_flag() -> Duration {
    let stop = Arc::new(AtomicBool::new(false));
    let (say_started, started) = mpsc::channel();
    let thread = thread::spawn({
        let stop = Arc::clone(&stop);
        move || {
            let _ = say_started.send(());
            while !stop.load(Relaxed) {
                hint::black_box(());
            }
        }
    });
    let _ = started.recv();

    let asked = Instant::now();
    stop.store(true, Relaxed);
    thread.join().expect("counting doesn't panic");
    asked.elapsed()
}
// ANCHOR_END: flag

/// A process counts, and is killed; returns how long it took from the decision to kill it
/// until it had ended.
///
/// # Errors
///
/// When the process can't be started or killed.
// ANCHOR: kill
pub fn by_kill() -> Result<Duration, Error> {
    let mut worker = Worker::start(&BUSY)?;
    worker.receive::<()>()?;

    let asked = Instant::now();
    worker.kill()?;
    Ok(asked.elapsed())
}
// ANCHOR_END: kill
