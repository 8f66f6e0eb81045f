//! Tasks that do harm, in ways that only a task can.

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::{process, thread};

use hybrid_pools::Task;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde::{Deserialize, Serialize};

use super::copy::copy;

/// What a task does to its own process, and to the connection with the pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Harm {
    /// Closes the connection and lives on.
    Disconnect,
    /// Sends something that is no result, and lives on.
    Garble,
    /// Empties all files that the process has open, and dies.
    Empty,
    /// Notes that `number` items were begun, or so many more if that is `relative`, and dies.
    Forge { number: i64, relative: bool },
    /// Makes a copy of the process, which lives as long as the [`Nest`], and goes on as [`After`] says.
    Copy(PathBuf, After),
}

/// What a task does after it has made a copy of its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum After {
    Return,
    Die,
    Hang,
    /// The copy returns from the task, too.
    BothReturn,
}

/// Makes a copy of its process that returns from the task, too. The result is the id of the process, so
/// many times.
pub(crate) const TWINS: Task<usize, Vec<u32>> = Task::new("twins", |times| {
    copy(|| true);
    vec![process::id(); times]
});

/// Does harm; returns 7 if it still can.
pub(crate) const HARM: Task<Harm, u64> = Task::new("harm", harm);

pub(crate) fn harm(harm: Harm) -> u64 {
    match harm {
        Harm::Disconnect => {
            for descriptor in pipes() {
                let _ = nix::unistd::close(descriptor);
            }
            hang()
        }
        Harm::Garble => {
            for descriptor in pipes() {
                // The connection has two pipes, and one of them is for writing.
                let path = format!("/proc/self/fd/{descriptor}");
                let _ = fs::write(path, "this is no result");
            }
            hang()
        }
        Harm::Empty => {
            for descriptor in descriptors("/") {
                let path = format!("/proc/self/fd/{descriptor}");
                if let Ok(file) = OpenOptions::new().write(true).open(path) {
                    let _ = file.write_all_at(&[0; 64], 0);
                    let _ = file.set_len(0);
                }
            }
            process::abort()
        }
        Harm::Forge { number, relative } => {
            forge(number, relative);
            process::abort()
        }
        Harm::Copy(nest, after) => {
            let lock = File::open(nest.join("lock")).expect("there is a nest");
            let alive = OpenOptions::new().write(true).open(nest.join("alive"));
            let alive = alive.expect("there is a nest");
            copy(|| {
                // The copy returns at once, or waits until the nest is dropped.
                after == After::BothReturn || lock.lock_shared().is_err()
            });
            drop(alive);
            match after {
                After::Return | After::BothReturn => 7,
                After::Die => process::abort(),
                After::Hang => hang(),
            }
        }
    }
}

fn hang() -> ! {
    loop {
        thread::park();
    }
}

/// The descriptors of this process, beside the first three, that are open on something whose name begins
/// with `on`.
fn descriptors(on: &str) -> Vec<i32> {
    let all = fs::read_dir("/proc/self/fd").expect("Linux tells");
    let numbers = all.filter_map(|entry| {
        let path = entry.ok()?.path();
        let open = fs::read_link(&path).ok()?;
        let number = path.file_name()?.to_str()?.parse().ok()?;
        (number > 2 && open.to_str()?.starts_with(on)).then_some(number)
    });
    numbers.collect()
}

/// The descriptors of the connection with the pool.
fn pipes() -> Vec<i32> {
    descriptors("pipe:")
}

/// Writes a number into the worker's notebook, which is found among the memory that is shared.
fn forge(number: i64, relative: bool) {
    let maps = fs::read_to_string("/proc/self/maps").expect("Linux tells");
    let shared =
        maps.lines().find(|line| line.contains(" rw-s ") && line.contains("notebook"));
    let (start, _) = shared.and_then(|line| line.split_once('-')).expect("a notebook");
    let start = u64::from_str_radix(start, 16).expect("an address");
    let memory = OpenOptions::new().read(true).write(true).open("/proc/self/mem");
    let memory = memory.expect("it is our own");
    let mut noted = [0; 8];
    memory.read_exact_at(&mut noted, start).expect("it is mapped");
    let before = if relative { i64::from_le_bytes(noted) } else { 0 };
    let forged = before.wrapping_add(number).to_le_bytes();
    memory.write_all_at(&forged, start).expect("it is mapped");
}

/// Where copies of workers live, until the nest is dropped or its process is gone. Dropping it waits until
/// the copies have ended.
pub(crate) struct Nest {
    folder: tempfile::TempDir,
    /// The nest has locked this file, and each copy waits for the lock.
    lock: File,
    /// A named pipe, which the copies hold open.
    alive: File,
}

impl Nest {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lock = File::create_new(folder.path().join("lock")).unwrap();
        lock.lock().unwrap();
        let pipe = folder.path().join("alive");
        mkfifo(&pipe, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        // Otherwise, opening the pipe would wait until a copy opens it for writing.
        let nonblocking = OFlag::O_NONBLOCK.bits();
        let alive = OpenOptions::new().read(true).custom_flags(nonblocking).open(pipe);
        Self { folder, lock, alive: alive.unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Nest {
    fn drop(&mut self) {
        let _ = self.lock.unlock();
        let _ = fcntl(&self.alive, FcntlArg::F_SETFL(OFlag::empty()));
        let _ = self.alive.read_to_end(&mut Vec::new());
    }
}
