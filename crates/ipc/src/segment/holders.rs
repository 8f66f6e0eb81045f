//! A process that holds a lock in shared memory is killed. What do the others find?

use std::sync::atomic::Ordering::SeqCst;

use processes::worker::{self, Work, Worker};

use super::{Outcome, Segment, Words, locked};

/// How often the others try before they give up. A holder that is alive never needs so long.
pub const TRIES: u64 = 100_000;

/// What the others find when they try to take the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The lock is locked, and nobody will ever open it.
    Stuck,
    /// They get the lock, and are told that its holder has died.
    Told,
    /// They get the lock as if nothing had happened.
    Open,
}

/// Takes a lock of the segment, with a limited number of tries; returns what was found.
type Take = fn(&Words) -> Outcome<Found>;

/// All locks, by name.
pub const LOCKS: &[(&str, Take)] = &[
    ("a word that is 0 or 1", |words| {
        Ok(if locked::lock(words, TRIES) { Found::Open } else { Found::Stuck })
    }),
    #[cfg(target_os = "linux")]
    ("a robust mutex", |words| match words.robust.try_lock() {
        Ok(true) => Ok(Found::Told),
        Ok(false) => Ok(Found::Open),
        Err(error) if error.kind() == std::io::ErrorKind::ResourceBusy => {
            Ok(Found::Stuck)
        }
        Err(error) => Err(error.into()),
    }),
];

/// The work of the process that is killed: gets the names of a segment and of a lock, takes the
/// lock and keeps it; answers whether the lock was open.
pub const HOLD: Work = Work::new("ipc: hold a lock in a segment", |link| {
    worker::answer(link, |(name, lock): (String, String)| {
        let take = || -> Outcome<bool> {
            let segment = Segment::open(&name)?;
            let found = by_name(&lock)?(segment.words())?;
            segment.words().here.store(1, SeqCst);
            // So the segment stays mapped, and the lock locked.
            std::mem::forget(segment);
            Ok(found == Found::Open)
        };
        take().map_err(|error| error.to_string())
    })
});

fn by_name(lock: &str) -> Result<Take, &'static str> {
    let found = LOCKS.iter().find(|(name, _)| *name == lock);
    found.map(|(_, take)| *take).ok_or("there is no such lock")
}

/// Another process takes one of [`LOCKS`], by its name, and is killed by SIGKILL, so it can't do
/// anything about its end. Returns what we find when we take the lock then.
///
/// # Errors
///
/// When the system has no process or no memory to spare, or there is no such lock.
// ANCHOR: killed
pub fn killed_with(lock: &str) -> Outcome<Found> {
    let segment = Segment::create()?;
    let mut holder = Worker::start(&HOLD)?;
    let holds: Result<bool, String> = holder.ask(&(segment.name(), lock))?;
    if !holds? {
        return Err("nobody else had the lock, and it was not open".into());
    }
    holder.kill()?;
    by_name(lock)?(segment.words())
}
// ANCHOR_END: killed
