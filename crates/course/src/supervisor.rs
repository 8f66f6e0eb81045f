//! Runs one command with limits, and leaves nothing of it running.
//!
//! The command runs below a process of its own, the supervisor: this program again, with
//! the verb [`VERB`]. All that the command starts, and whatever that starts, descends from
//! the supervisor: who loses its parent is adopted by it (`PR_SET_CHILD_SUBREAPER`, see
//! prctl(2)). So it can count them, and end them all.
//!
//! The supervisor's stdin is a pipe that nobody writes to. When it closes, the one who asked
//! has gone, and the supervisor ends everything.
//!
//! * here: what the one who asks does, [`run`].
//! * `supervisor/supervise.rs`: what the supervisor does.
//! * `supervisor/room.rs`: namespaces and a root folder of its own for the command.
//! * `supervisor/group.rs`: a control group for it.
//! * `supervisor/entry.rs`: the last steps before a process becomes the command.
//! * `supervisor/calls.rs`: the system calls that it is refused.
//! * `supervisor/family.rs`: who descends from this process, and how to end them.
//! * `supervisor/sweep.rs`: what it leaves where it has no room of its own.

mod calls;
mod entry;
mod family;
mod group;
mod room;
mod supervise;
mod sweep;

use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use nix::sys::prctl::set_child_subreaper;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

pub use supervise::supervise;

use crate::walls::Walls;

/// The verb with which this program becomes a supervisor.
pub const VERB: &str = "supervise";

/// The variable of the environment that says how answers are compiled; while it is set, this program is a compiler. What
/// it supervises doesn't inherit it.
pub const ORDER: &str = "COURSE_COMPILES";

/// How long a process may live on when the command has ended.
const GRACE: Duration = Duration::from_secs(1);

/// How long it may take until all have ended who were told to.
const LAST: Duration = Duration::from_secs(10);

/// How much fits into the folder that a command has to itself in its room, in bytes.
pub const PRIVATE: u64 = 256 << 20;

/// The folder in its own folder that holds what a command makes to be kept.
pub const OUT: &str = "out";

/// The longest output that is kept, in bytes; of a longer one, the end.
const OUTPUT: usize = 256 * 1024;

/// The longest line that is kept whole, in bytes. Some that cargo writes are long.
const LINE: usize = 4 << 20;

/// What to run, and how much it may take.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Request {
    /// The program: where it lies, or its name.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where it runs; without one, in a new folder that vanishes with it, and with no
    /// environment but what programs need.
    pub folder: Option<PathBuf>,
    /// What is added to its environment.
    pub environment: Vec<(String, String)>,
    /// The walls around it, where it runs in a folder of its own.
    pub walls: Walls,
    /// Files that are copied into its own folder before it starts, and their paths in there.
    pub bring: Vec<(PathBuf, PathBuf)>,
    /// What it sees in its room besides the system's own programs, to read.
    pub see: Vec<PathBuf>,
    /// The folder that takes the files it leaves in the folder [`OUT`] of its own one.
    pub keep: Option<PathBuf>,
    /// How long it may take, in seconds.
    pub seconds: u64,
    /// How many processes it may be at once.
    pub processes: usize,
    /// How much memory all of them may have, in bytes.
    pub memory: u64,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It returned this code.
    Exited(i32),
    /// A signal ended it.
    Signalled(String),
    /// It was killed after its time.
    OutOfTime,
    /// It was killed for so many processes.
    TooManyProcesses(usize),
    /// It was killed for so much memory, in bytes.
    TooMuchMemory(u64),
    /// Whoever asked has gone.
    Abandoned,
    /// Its supervisor was killed.
    Unsupervised,
}

/// What came of a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// How it ended.
    pub end: End,
    /// The names of the processes that it left running; they were killed.
    pub left: Vec<String>,
    /// What it printed, to stdout and stderr.
    #[serde(skip)]
    pub output: String,
}

/// Runs `request` below a supervisor. Each line that it prints goes to `line` as it comes.
///
/// # Errors
///
/// When the supervisor or the program can't be started.
pub fn run(request: &Request, mut line: impl FnMut(&str)) -> Result<Ended, String> {
    let itself = environment::program::itself();
    let itself = itself.map_err(|error| format!("this program: {error}"))?;
    let request_json = serde_json::to_string(request).expect("a request can be written");
    let mut supervisor = Command::new(itself)
        .args([VERB, &request_json])
        .env_remove(ORDER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("couldn't start a supervisor: {error}"))?;
    let (stdout, stderr) = (supervisor.stdout.take(), supervisor.stderr.take());
    let id = Pid::from_raw(supervisor.id().cast_signed());
    let (done, until) = mpsc::channel::<()>();
    let (output, report) = thread::scope(|scope| {
        let report = scope.spawn(|| {
            let mut report = String::new();
            stderr.expect("it is a pipe").read_to_string(&mut report).map(|_| report)
        });
        // An answer that runs as the same user may stop its supervisor.
        let patience = Duration::from_secs(request.seconds) + GRACE + 2 * LAST;
        scope.spawn(move || {
            if until.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                // It has not been waited for, so its id is still its own.
                let _ = kill(id, Signal::SIGKILL);
            }
        });
        let output = read(stdout.expect("it is a pipe"), &mut line);
        drop(done);
        (output, report.join().expect("reading doesn't panic"))
    });
    supervisor.wait().map_err(|error| format!("the supervisor: {error}"))?;
    let report = report.map_err(|error| format!("the supervisor: {error}"))?;
    let ended = match serde_json::from_str::<Result<Ended, String>>(&report) {
        Ok(ended) => ended?,
        Err(_) => {
            Ended { end: End::Unsupervised, left: Vec::new(), output: String::new() }
        }
    };
    Ok(Ended { output: String::from_utf8_lossy(&output).into_owned(), ..ended })
}

/// The end of what comes out of `pipe`. Each line goes to `line`, or its beginning.
fn read(mut pipe: impl Read, line: &mut impl FnMut(&str)) -> Vec<u8> {
    let (mut output, mut begun) = (Vec::new(), Vec::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let piece = match pipe.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // Whatever can't be read is the end.
            Ok(0) | Err(_) => return output,
            Ok(length) => &buffer[..length],
        };
        for part in piece.split_inclusive(|&byte| byte == b'\n') {
            if begun.len() < LINE {
                begun.extend_from_slice(part);
            }
            if part.ends_with(b"\n") {
                line(String::from_utf8_lossy(&begun).trim_end());
                begun.clear();
            }
        }
        output.extend_from_slice(piece);
        output.drain(..output.len().saturating_sub(OUTPUT));
    }
}

/// From now on, this process adopts whatever its children leave behind: a supervisor that
/// was killed leaves what it watched.
///
/// # Errors
///
/// When the system won't.
pub fn adopt() -> Result<(), String> {
    set_child_subreaper(true)
        .map_err(|error| format!("couldn't adopt processes: {error}"))
}

/// Whatever lost its parent since [`adopt`] and still runs is ended.
///
/// # Errors
///
/// When something can't be ended.
pub fn end_adopted() -> Result<(), String> {
    family::end_all(|| ()).map_err(|error| format!("what the answers left: {error}"))
}
