//! Somebody is killed who holds a lock in shared memory. What do the others find?

use std::sync::atomic::Ordering::SeqCst;

use processes::worker::{self, Work, Worker};

use super::{Outcome, Segment, Words, locked};

/// How often the others try before they give up. Nobody holds the lock that long who is alive.
pub const TRIES: u64 = 100_000;

/// What the others find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It is locked, and nobody will ever open it.
    Stuck,
    /// They get it, and are told that its holder has died.
    Told,
    /// They get it as if nothing had happened.
    Open,
}

/// Takes a lock of the segment, after so many tries at most: what was found.
type Take = fn(&Words) -> Outcome<Found>;

/// All locks by name.
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

/// Takes a lock and keeps it.
pub const HOLD: Work = Work::new("ipc: hold a lock in a segment", |link| {
    worker::answer(link, |(name, lock): (String, String)| {
        let take = || -> Outcome<bool> {
            let segment = Segment::open(&name)?;
            let found = by_name(&lock)?(segment.words())?;
            segment.words().here.store(1, SeqCst);
            // It stays mapped, and locked.
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

/// Another process takes one of [`LOCKS`], by name, and is killed: by SIGKILL, which asks nobody.
/// Returns what we find then.
///
/// # Errors
///
/// When the system has no process or no memory to spare.
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
