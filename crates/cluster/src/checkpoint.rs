//! What is done stays done when the ranks die: each piece of a job that is finished is a file. A
//! job that is started again, with as many ranks as you like, does the pieces that are missing.
//!
//! The folder has to be one that all hosts see. A file gets its name when it is whole, so a rank
//! that dies while it writes leaves nothing that counts. That is enough when processes die; when
//! machines do, each file would have to be flushed to its disk first.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mpi::Tag;
use mpi::topology::SimpleCommunicator;
use mpi::traits::*;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use workloads::parts;

use crate::dividing::pieces;
use crate::job::{Job, Part, inside, join};
use crate::messages::{join_all, receive, send};

/// Which pieces are missing.
const MISSING: Tag = 4;
/// What came of all pieces.
const PARTS: Tag = 5;

/// The file that says which job the others belong to.
const JOB: &str = "job.json";

/// Where a job keeps what is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The folder; it is made where it is not there.
    pub folder: PathBuf,
    /// How many tasks a piece has. A file for each: large pieces cost less, and lose more.
    pub piece: u64,
}

/// A rank that dies, for whoever wants to see what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Death {
    /// Which rank.
    pub rank: i32,
    /// After how many pieces of its own.
    pub pieces: u64,
    /// And then so many microseconds later, whatever it does by then; or before it begins a
    /// second piece.
    pub micros: u64,
}

impl Death {
    /// Sends this process SIGKILL when its time has come; nobody lives to join the thread.
    fn come(self) -> JoinHandle<()> {
        thread::spawn(move || {
            thread::sleep(Duration::from_micros(self.micros));
            kill(Pid::this(), Signal::SIGKILL).expect("a process may kill itself");
        })
    }
}

/// Does what is missing of `job` in equal parts, and joins it with what is there; rank 0 gets the
/// result.
///
/// # Errors
///
/// When the folder can't be used, or belongs to another job.
// ANCHOR: divide
pub fn divide(
    world: &SimpleCommunicator,
    job: &Job,
    at: &Checkpoint,
    threads: usize,
    death: Option<Death>,
) -> Result<Option<Part>, String> {
    let all: Vec<_> = pieces(job.tasks(), at.piece).collect();
    // One rank looks, so that all believe the same.
    let missing = match world.rank() {
        0 => {
            at.prepare(job)?;
            let is_missing = |n: &u64| !at.file(*n).exists();
            let missing: Vec<u64> = (0..all.len() as u64).filter(is_missing).collect();
            for to in 1..world.size() {
                send(world, to, MISSING, &missing);
            }
            missing
        }
        _ => receive(world, 0, MISSING),
    };
    let share = |n: usize| {
        let mut shares = parts::equal(0..n as u64, world.size() as usize);
        shares.nth(world.rank() as usize).unwrap_or_default()
    };
    let mut dying = None;
    for (done, i) in share(missing.len()).enumerate() {
        // It ends within a piece, and begins no other.
        wait_for(dying.take());
        if let Some(death) = death.filter(|death| death.is(world.rank(), done)) {
            dying = Some(death.come());
        }
        let n = missing[i as usize];
        if let Some(part) = inside(job, all[n as usize].clone(), threads) {
            at.keep(n, &part)?;
        }
    }
    wait_for(dying);
    world.barrier();
    let mut index = None;
    for n in share(all.len()) {
        index = join(index, Some(at.read(n)?));
    }
    Ok(join_all(world, index, PARTS, join).flatten())
}
// ANCHOR_END: divide

/// Waits for a death that has been announced.
fn wait_for(dying: Option<JoinHandle<()>>) {
    if let Some(dying) = dying {
        let _ = dying.join();
    }
}

impl Death {
    fn is(&self, rank: i32, pieces: usize) -> bool {
        self.rank == rank && self.pieces == pieces as u64
    }
}

impl Checkpoint {
    /// The file of piece `n`.
    fn file(&self, n: u64) -> PathBuf {
        self.folder.join(format!("piece-{n}"))
    }

    /// How many pieces are done.
    ///
    /// # Errors
    ///
    /// When the folder can't be read; one that is not there has none.
    pub fn done(&self) -> io::Result<usize> {
        let files = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
            files => files?,
        };
        let mut done = 0;
        for file in files {
            let name = file?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("piece-"));
            done += usize::from(number.is_some_and(|n| n.parse::<u64>().is_ok()));
        }
        Ok(done)
    }

    /// Makes the folder, or finds it and that it belongs to this job.
    fn prepare(&self, job: &Job) -> Result<(), String> {
        let about = |error: io::Error| format!("{}: {error}", self.folder.display());
        fs::create_dir_all(&self.folder).map_err(about)?;
        let mine =
            serde_json::to_string(&(job, self.piece)).map_err(|e| e.to_string())?;
        let file = self.folder.join(JOB);
        match fs::read_to_string(&file) {
            Ok(there) if there == mine => Ok(()),
            Ok(there) => Err(format!(
                "{} is the checkpoint of another job, {there}; remove it, or name another folder",
                self.folder.display()
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                write_whole(&file, mine.as_bytes()).map_err(about)
            }
            Err(error) => Err(about(error)),
        }
    }

    fn keep(&self, n: u64, part: &Part) -> Result<(), String> {
        let bytes = postcard::to_stdvec(part).map_err(|error| error.to_string())?;
        let file = self.file(n);
        write_whole(&file, &bytes).map_err(|error| format!("{}: {error}", file.display()))
    }

    fn read(&self, n: u64) -> Result<Part, String> {
        let file = self.file(n);
        let about = |error: String| format!("{}: {error}", file.display());
        let bytes = fs::read(&file).map_err(|error| about(error.to_string()))?;
        postcard::from_bytes(&bytes).map_err(|error| about(error.to_string()))
    }
}

/// Writes a file that is there whole or not at all.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = file.with_extension("unfinished");
    fs::write(&unfinished, bytes)?;
    fs::rename(unfinished, file)
}
