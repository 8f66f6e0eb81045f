//! Two processes add one to a number in a file. They share no memory, and still they lose
//! updates: what is shared is the file.
//!
//! [`increment`] is the broken way, [`increment_locked`] the same behind a lock on the file.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use processes::worker::{Program, Work, Worker, answer};

/// All work that this crate's workers can do, for [`processes::worker::entry`].
pub const WORKS: &[Work] = &[COUNTING, STEPPING];

/// Adds one to the number in a file, so many times, with the lock or without.
const COUNTING: Work = Work::new("count in a file", |link| {
    answer(link, |(path, times, locked): (PathBuf, u64, bool)| {
        let count = || {
            let mut file = open(&path)?;
            for _ in 0..times {
                if locked { increment_locked(&mut file)? } else { increment(&mut file)? }
            }
            Ok(())
        };
        count().map_err(|error: io::Error| error.to_string())
    })
});

/// Does what it is told: reads the number, or writes one more than it has read.
const STEPPING: Work = Work::new("step in a file", |link| {
    let mut seen = 0;
    answer(link, move |(path, step): (PathBuf, Step)| {
        let mut take = || {
            let mut file = open(&path)?;
            match step {
                Step::Read => seen = read(&mut file)?,
                Step::Write => write(&mut file, seen + 1)?,
            }
            Ok(())
        };
        take().map_err(|error: io::Error| error.to_string())
    })
});

#[derive(serde::Serialize, serde::Deserialize)]
enum Step {
    Read,
    Write,
}

/// Adds one to the number in the file. Between the two steps, other processes may do the same.
///
/// # Errors
///
/// When the file can't be read or written.
// ANCHOR: increment
pub fn increment(file: &mut File) -> io::Result<()> {
    let seen = read(file)?;
    write(file, seen + 1)
}
// ANCHOR_END: increment

/// Adds one like [`increment`], but with a lock on the file. The lock is *advisory*: it keeps out
/// only those who ask for it, too.
///
/// # Errors
///
/// As [`increment`], and when the system has no locks for this file.
// ANCHOR: locked
pub fn increment_locked(file: &mut File) -> io::Result<()> {
    file.lock()?;
    let done = increment(file);
    file.unlock()?;
    done
}
// ANCHOR_END: locked

fn open(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).open(path)
}

fn read(file: &mut File) -> io::Result<u64> {
    let mut bytes = [0; size_of::<u64>()];
    file.rewind()?;
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

/// Writes the number in eight bytes, which Linux copies in one go: whoever reads meanwhile sees
/// the old number or the new one. With more bytes, it might see half of each. None of this is
/// promised anywhere.
fn write(file: &mut File, number: u64) -> io::Result<()> {
    file.rewind()?;
    file.write_all(&number.to_le_bytes())
}

/// Lets `processes` processes add one to the number in a file, `times` times each, with the lock
/// or without; returns what they have counted to, which is `processes * times` at most.
///
/// # Errors
///
/// When a process can't be started, or the file can't be used.
pub fn count(processes: usize, times: u64, locked: bool) -> Result<u64, Box<dyn Error>> {
    let file = NumberFile::new()?;
    let mut workers = Program::this()?.start_all(COUNTING.name, processes)?;
    for worker in &mut workers {
        worker.send(&(file.path(), times, locked))?;
    }
    for worker in &mut workers {
        worker.receive::<Result<(), String>>()??;
    }
    file.number()
}

/// Two processes add one each, and neither writes before both have read. Returns 1, always.
///
/// # Errors
///
/// As [`count`].
// ANCHOR: forced
pub fn forced() -> Result<u64, Box<dyn Error>> {
    let file = NumberFile::new()?;
    let mut workers = Program::this()?.start_all(STEPPING.name, 2)?;
    for step in [Step::Read, Step::Write] {
        for worker in &mut workers {
            take(worker, file.path(), &step)?;
        }
    }
    file.number()
}
// ANCHOR_END: forced

fn take(worker: &mut Worker, path: &Path, step: &Step) -> Result<(), Box<dyn Error>> {
    Ok(worker.ask::<Result<(), String>>(&(path, step))??)
}

/// A temporary file with a number, which is 0 at first. The file is gone when this value is.
struct NumberFile {
    file: File,
    path: Name,
}

/// Makes a file without a name; others open it by way of this process, which has it open. So
/// nothing is left of it, even if this process is killed.
#[cfg(target_os = "linux")]
fn new_file() -> io::Result<(File, Name)> {
    use std::os::fd::AsRawFd;

    let file = tempfile::tempfile()?;
    let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
    Ok((file, path.into()))
}

#[cfg(target_os = "linux")]
type Name = PathBuf;

/// On other systems, the file has a name, and stays if this process is killed.
#[cfg(not(target_os = "linux"))]
fn new_file() -> io::Result<(File, Name)> {
    Ok(tempfile::NamedTempFile::new()?.into_parts())
}

#[cfg(not(target_os = "linux"))]
type Name = tempfile::TempPath;

impl NumberFile {
    fn new() -> Result<Self, Box<dyn Error>> {
        let (mut file, path) = new_file().map_err(|error| {
            let folder = std::env::temp_dir();
            let folder = folder.display();
            format!(
                "couldn't make a file in the folder for temporary files: {error} in {folder}; \
                 set TMPDIR to another one, such as /tmp"
            )
        })?;
        write(&mut file, 0)?;
        Ok(Self { file, path })
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn number(mut self) -> Result<u64, Box<dyn Error>> {
        Ok(read(&mut self.file)?)
    }
}
