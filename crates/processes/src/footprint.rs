//! How much memory idle threads and processes take.
//!
//! Processes share pages: the program itself, libraries, and what a fork has not written to.
//! The *proportional set size* of a process counts a page that n processes share as one
//! n-th, so the sizes of all processes add up to what they really take.
//!
//! Of that size, we count what was written, the *anonymous* part. The rest is files, above
//! all the program, of which memory holds one copy however many processes run it.
//!
//! The system itself needs memory for threads and processes, too. It tells for each process
//! how large its page tables are. For the stacks on which the system works, one for each
//! thread, and for its notes about threads and processes, it tells only the sum for the
//! whole machine. So we compare that sum without and with the crowd. The difference is right
//! if no other thread or process starts or ends meanwhile, and too small if the system had
//! room left from before.

use std::io;
use std::ops::Sub;
use std::sync::mpsc;
use std::thread;

use crate::proc;
use crate::starting::IDLE;
use crate::worker::{self, Error, Program, Work, Worker};

/// What a crowd takes, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// What its processes have written to.
    pub own: u64,
    /// The tables that say where a process's pages lie.
    pub tables: u64,
    /// The system's stacks, and its notes about threads and processes.
    pub system: u64,
}

impl Footprint {
    /// All three parts together.
    pub fn sum(self) -> u64 {
        self.own + self.tables + self.system
    }
}

/// How much more one footprint is than the one before; 0 where it is less.
impl Sub for Footprint {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            own: self.own.saturating_sub(before.own),
            tables: self.tables.saturating_sub(before.tables),
            system: self.system.saturating_sub(before.system),
        }
    }
}

/// Starts so many threads or processes, which are idle, and returns how much more memory is
/// taken with them than before.
pub type Crowd = fn(usize) -> Result<Footprint, Error>;

/// Threads, forked processes and spawned processes, by the names that they have in the
/// measurements.
pub const CROWDS: [(&str, Crowd); 3] =
    [("threads", of_threads), ("forked", of_forked), ("processes", of_processes)];

/// The work of the process that has the crowd: gets the name of a crowd and its size, and
/// answers the three parts of the [`Footprint`]. The process has a single thread, since a crowd
/// may be forked.
pub const CROWDED: Work = Work::new("a crowded process", |link| {
    worker::answer_with_one_thread(link, |(crowd, count): (String, usize)| {
        let crowd = CROWDS.iter().find(|(name, _)| *name == crowd);
        let (_, crowd) = crowd.ok_or("there is no such crowd")?;
        let Footprint { own, tables, system } =
            crowd(count).map_err(|error| error.to_string())?;
        Ok::<_, String>([own, tables, system])
    })
});

/// How much more this process takes with `count` idle threads.
///
/// # Errors
///
/// When the system won't start the threads, or won't say how much memory is taken.
// ANCHOR: threads
pub fn of_threads(count: usize) -> Result<Footprint, Error> {
    let before = taken(&[])?;
    let mut ends = Vec::new();
    for _ in 0..count {
        let (ready, is_ready) = mpsc::channel();
        let (end, wait_for_end) = mpsc::channel::<()>();
        let thread = thread::Builder::new().spawn(move || {
            let _ = ready.send(());
            let _ = wait_for_end.recv();
        });
        ends.push((end, thread.map_err(start)?));
        let _ = is_ready.recv();
    }
    let with = taken(&[])?;
    for (end, thread) in ends {
        drop(end);
        thread.join().expect("it does nothing");
    }
    Ok(with - before)
}
// ANCHOR_END: threads

/// How much more memory this process and `count` idle workers take, when each worker runs the
/// program anew.
///
/// # Errors
///
/// When the system won't start the workers, or won't say how much memory is taken.
// ANCHOR: processes
pub fn of_processes(count: usize) -> Result<Footprint, Error> {
    let before = taken(&[])?;
    let workers = Program::this()?.start_all(IDLE.name, count)?;
    Ok(taken(&workers)? - before)
}
// ANCHOR_END: processes

/// How much more memory this process and `count` idle workers take, when the workers are forks
/// of this process.
///
/// # Errors
///
/// When the system won't start the workers, or won't say how much memory is taken.
pub fn of_forked(count: usize) -> Result<Footprint, Error> {
    let before = taken(&[])?;
    let workers =
        (0..count).map(|_| Worker::fork(&IDLE)).collect::<Result<Vec<_>, _>>()?;
    Ok(taken(&workers)? - before)
}

/// The largest crowd. A larger one tells nothing new, and not every machine survives it.
const MOST: usize = 10_000;

/// Starts a process that runs `program`, and returns how much more memory is taken once that
/// process has a crowd of `count`. `crowd` is the name of one of [`CROWDS`].
///
/// # Errors
///
/// When the system won't start a process or thread, or won't say how much memory is taken, and
/// when `count` is more than 10,000.
pub fn measure(program: &Program, crowd: &str, count: usize) -> Result<Footprint, Error> {
    if count > MOST {
        let most = tour::format::count(MOST as u64);
        return Err(Error::Refused { reason: format!("a crowd is {most} at the most") });
    }
    let mut worker = program.start(CROWDED.name)?;
    let taken: Result<[u64; 3], String> = worker.ask(&(crowd, count))?;
    let [own, tables, system] = taken.map_err(|reason| Error::Refused { reason })?;
    Ok(Footprint { own, tables, system })
}

/// What this process and `workers` take together, and the system for them.
// ANCHOR: taken
fn taken(workers: &[Worker]) -> Result<Footprint, Error> {
    let mut taken = Footprint { system: told(proc::system())?, ..Footprint::default() };
    for process in workers.iter().map(Worker::id).chain([std::process::id()]) {
        taken.own += told(proc::memory(process, "Pss_Anon"))?;
        taken.tables += told(proc::tables(process))?;
    }
    Ok(taken)
}
// ANCHOR_END: taken

fn told(bytes: io::Result<u64>) -> Result<u64, Error> {
    let refused = |error| format!("couldn't read what memory is taken: {error}");
    bytes.map_err(|error| Error::Refused { reason: refused(error) })
}

fn start(source: io::Error) -> Error {
    Error::Start { program: "in a thread".into(), source }
}
