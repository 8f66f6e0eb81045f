//! Something computes and will never end. Who can stop it?
//!
//! * [`by_flag`]: a thread that looks at a flag now and then.
//! * [`without_flag`]: a thread that doesn't. Nobody can, short of ending the process.
//! * [`by_kill`]: a process. The system can, whatever it does.

use std::hint;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::worker::{self, Error, Work, Worker};

/// Counts for ever.
pub const BUSY: Work = Work::new("count for ever", |mut link| {
    worker::end_with_parent(&link)?;
    link.send(&())?;
    loop {
        hint::black_box(());
    }
});

/// A thread counts until a flag is set; returns how long it took from then until the thread
/// had ended.
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

/// A process counts; returns how long it took from the decision to kill it until it had
/// ended.
///
/// # Errors
///
/// When it can't be started or killed.
// ANCHOR: kill
pub fn by_kill() -> Result<Duration, Error> {
    let mut worker = Worker::start(&BUSY)?;
    worker.receive::<()>()?;

    let asked = Instant::now();
    worker.kill()?;
    Ok(asked.elapsed())
}
// ANCHOR_END: kill

/// A thread that never looks at a flag, in a process of its own: it can only go with that.
pub const STUBBORN: Work = Work::new("a stubborn thread", |link| {
    worker::answer(link, |patience: u64| without_flag(Duration::from_millis(patience)))
});

/// A thread counts and looks at nothing. Its parent sets a flag and waits for `patience`;
/// returns whether the thread had ended by then.
///
/// It goes on until this process ends, so better call [`still_runs`].
// ANCHOR: stubborn
pub fn without_flag(patience: Duration) -> bool {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let (ended, has_ended) = mpsc::channel::<()>();
    thread::spawn(move || {
        // Dropped when the thread ends, and never before.
        let _ended = ended;
        loop {
            COUNT.fetch_add(1, Relaxed);
        }
    });
    // What else could we do? There is no `thread.stop()`.
    let waited = has_ended.recv_timeout(patience);
    waited == Err(mpsc::RecvTimeoutError::Disconnected)
}
// ANCHOR_END: stubborn

/// [`without_flag`] in a process of its own, which ends afterwards and takes the thread
/// along; returns whether the thread still ran after `patience`.
///
/// # Errors
///
/// When that process can't be started.
pub fn still_runs(patience: Duration) -> Result<bool, Error> {
    let mut worker = Worker::start(&STUBBORN)?;
    let ended: bool =
        worker.ask(&u64::try_from(patience.as_millis()).unwrap_or(u64::MAX))?;
    worker.kill()?;
    Ok(!ended)
}
