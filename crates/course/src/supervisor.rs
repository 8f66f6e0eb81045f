//! Runs one command with limits, and leaves nothing of it running.
//!
//! The command runs below a process of its own, the supervisor: this program again, with
//! the verb [`VERB`]. All that the command starts, and whatever that starts, descends from
//! the supervisor: who loses its parent is adopted by it (`PR_SET_CHILD_SUBREAPER`, see
//! prctl(2)). So it can count them, and end them all.
//!
//! The supervisor's stdin is a pipe that nobody writes to. When it closes, the one who asked
//! has gone, and the supervisor ends everything.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_child_subreaper;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, geteuid, setsid};
use serde::{Deserialize, Serialize};

/// The verb with which this program becomes a supervisor.
pub const VERB: &str = "supervise";

/// How often the supervisor looks, in milliseconds.
const INTERVAL: u8 = 20;

/// How long a process may live on when the command has ended.
const GRACE: Duration = Duration::from_secs(1);

/// The longest output that is kept, in bytes; of a longer one, the end.
const OUTPUT: usize = 256 * 1024;

/// How long it may take until all have ended who were told to.
const LAST: Duration = Duration::from_secs(10);

/// The id of no child.
const NO_CHILD: Pid = Pid::from_raw(0);

/// The largest file that it may write, in bytes.
const LARGEST_FILE: u64 = 1 << 30;

/// How many processes and threads an answer can be, whoever looks: more than any request
/// allows, so that the supervisor sees it and says so.
const TASKS: u64 = 256;

/// The first of the users whom nobody else is, one for each supervisor.
const NOBODY_ELSE: u32 = 1 << 30;

/// The longest line that is kept whole, in bytes. Some that cargo writes are long.
const LINE: usize = 4 << 20;

/// What to run, and how much it may take.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where it runs; without one, in a new folder that vanishes with it, and with no
    /// environment but what programs need.
    pub folder: Option<PathBuf>,
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
    let itself =
        std::env::current_exe().map_err(|error| format!("this program: {error}"))?;
    let request_json = serde_json::to_string(request).expect("a request can be written");
    let mut supervisor = Command::new(itself)
        .args([VERB, &request_json])
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
    // Whatever can't be read is the end.
    while let Ok(length @ 1..) = pipe.read(&mut buffer) {
        let piece = &buffer[..length];
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
    output
}

/// Whatever lost its parent since [`adopt`] and still runs is ended.
pub fn end_adopted() {
    // There is nobody to tell.
    let _ = end_orphans();
}

fn end_orphans() -> io::Result<()> {
    while !reap_all(NO_CHILD)?.1 {
        for process in descendants()?.into_keys() {
            // It may have ended meanwhile.
            let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
        }
    }
    Ok(())
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

/// What a supervisor does, and prints.
///
/// # Errors
///
/// When `request` is none, or the program can't be started.
pub fn supervise(request: &str) -> Result<(), String> {
    let request: Request =
        serde_json::from_str(request).map_err(|error| format!("no request: {error}"))?;
    let ended = supervised(&request)
        .map_err(|error| format!("couldn't run {}: {error}", request.program.display()));
    eprint!("{}", serde_json::to_string(&ended).expect("it can be written"));
    Ok(())
}

fn supervised(request: &Request) -> io::Result<Ended> {
    set_child_subreaper(true)?;
    // Ctrl-C is for whoever asked; when that ends, so does this.
    setsid()?;
    // The command inherits these limits.
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE)?;
    let own_folder = match request.folder {
        Some(_) => None,
        None => Some(tempfile::tempdir()?),
    };
    let child = match (&own_folder, &request.folder) {
        (Some(folder), _) => alone(request, folder.path())?,
        (None, folder) => {
            let mut command = command(request, &request.program);
            command.current_dir(folder.as_deref().unwrap_or(Path::new("."))).spawn()?
        }
    };
    let child = Pid::from_raw(child.id().cast_signed());
    let ended = watch(request, child).and_then(|end| {
        let left = match end {
            End::Exited(_) | End::Signalled(_) => living_after_grace()?,
            _ => Vec::new(),
        };
        Ok(Ended { end, left, output: String::new() })
    });
    // In any case.
    end_all(child)?;
    ended
}

fn command(request: &Request, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(&request.arguments).env("RUST_BACKTRACE", "0");
    command.stdin(Stdio::null()).stderr(io::stdout()).process_group(0);
    command
}

/// Starts the command in `folder`, with no environment but what programs need, and unable
/// to start more than [`TASKS`] processes or threads.
///
/// The system counts those for each user, and never for root. So root starts it as a user
/// whom nobody else is.
fn alone(request: &Request, folder: &Path) -> io::Result<Child> {
    let prepare = |program: &Path| {
        let mut command = command(request, program);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", folder).env("TMPDIR", folder).env("RUST_BACKTRACE", "0");
        command.current_dir(folder);
        command
    };
    if !geteuid().is_root() {
        let limit = tasks_of(geteuid().as_raw())? + TASKS;
        setrlimit(Resource::RLIMIT_NPROC, limit, limit)?;
        return prepare(&request.program).spawn();
    }
    setrlimit(Resource::RLIMIT_NPROC, TASKS, TASKS)?;
    let user = NOBODY_ELSE + std::process::id();
    // Such a user may not get at the program where it lies.
    let program = folder.join("program");
    fs::copy(&request.program, &program)?;
    chown(folder, Some(user), Some(user))?;
    let started = prepare(&program).uid(user).gid(user).spawn();
    match started {
        // In some containers there are no such users. Then the supervisor's eyes have to do.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            prepare(&program).spawn()
        }
        started => started,
    }
}

/// How many processes and threads a user has.
fn tasks_of(user: u32) -> io::Result<u64> {
    let mut tasks = 0;
    for entry in fs::read_dir("/proc")? {
        // It may be none, or have gone meanwhile.
        let status = fs::read(entry?.path().join("status")).unwrap_or_default();
        let status = String::from_utf8_lossy(&status);
        let number =
            |name: &str| field(&status, name)?.split_whitespace().next()?.parse().ok();
        if number("Uid") == Some(u64::from(user)) {
            tasks += number("Threads").unwrap_or(1);
        }
    }
    Ok(tasks)
}

/// Waits until `child` has ended, or has taken too much.
fn watch(request: &Request, child: Pid) -> io::Result<End> {
    let deadline = Instant::now() + Duration::from_secs(request.seconds);
    loop {
        let end = reap(child)?;
        let family = descendants()?;
        if family.len() > request.processes {
            return Ok(End::TooManyProcesses(family.len()));
        }
        if let Some(end) = end {
            return Ok(end);
        }
        let memory = family.values().map(|process| process.memory).sum();
        let end = match () {
            () if memory > request.memory => End::TooMuchMemory(memory),
            () if Instant::now() > deadline => End::OutOfTime,
            () if abandoned()? => End::Abandoned,
            () => continue,
        };
        return Ok(end);
    }
}

/// Waits a moment, and says whether the one who asked has gone.
fn abandoned() -> io::Result<bool> {
    let stdin = io::stdin();
    let mut asked = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    match poll(&mut asked, PollTimeout::from(INTERVAL)) {
        Ok(events) => Ok(events > 0),
        Err(nix::Error::EINTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Takes note of all children that have ended, and says how `child` did.
fn reap(child: Pid) -> io::Result<Option<End>> {
    Ok(reap_all(child)?.0)
}

/// The same, and whether nobody is left: whoever loses its parent becomes a child of this
/// process, so as long as there is a descendant, there is a child.
fn reap_all(child: Pid) -> io::Result<(Option<End>, bool)> {
    let mut end = None;
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == child => {
                end = Some(End::Exited(code))
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == child => {
                end = Some(End::Signalled(signal.to_string()));
            }
            Ok(WaitStatus::StillAlive) => return Ok((end, false)),
            Err(nix::Error::ECHILD) => return Ok((end, true)),
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The names of those that live on although their time has passed.
fn living_after_grace() -> io::Result<Vec<String>> {
    let deadline = Instant::now() + GRACE;
    loop {
        if reap_all(NO_CHILD)?.1 {
            return Ok(Vec::new());
        }
        if Instant::now() > deadline || abandoned()? {
            let living = descendants()?.into_values().filter(|process| !process.ended);
            let names: Vec<_> = living.map(|process| process.name).collect();
            // One that starts another and ends, again and again, is hard to see.
            let nameless = || vec!["one that nobody can see for long".into()];
            return Ok(if names.is_empty() { nameless() } else { names });
        }
    }
}

/// Ends all descendants. Some may be starting others as we look, so all are stopped first:
/// who is stopped starts nobody.
fn end_all(child: Pid) -> io::Result<()> {
    let deadline = Instant::now() + LAST;
    let mut stopped = BTreeSet::new();
    loop {
        // A signal for a group or a user comes to all of it at once, also to those that
        // start one another faster than we can look.
        let _ = kill(Pid::from_raw(-child.as_raw()), Signal::SIGKILL);
        if geteuid().is_root() {
            let user = NOBODY_ELSE + std::process::id();
            let mut all = Command::new("sh");
            all.args(["-c", "kill -9 -1"]).uid(user).gid(user).process_group(0);
            // In some containers there are no such users.
            let _ = all
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
        if reap_all(NO_CHILD)?.1 {
            return Ok(());
        }
        let family = descendants()?;
        let living: BTreeSet<_> = family
            .iter()
            .filter(|(_, process)| !process.ended)
            .map(|(&id, _)| id)
            .collect();
        let signal =
            if living.is_subset(&stopped) { Signal::SIGKILL } else { Signal::SIGSTOP };
        for &process in &living {
            // It may have ended meanwhile.
            let _ = kill(Pid::from_raw(process), signal);
        }
        stopped = living;
        if Instant::now() > deadline {
            return Err(io::Error::other("some of its processes can't be ended"));
        }
    }
}

struct Process {
    name: String,
    parent: i32,
    ended: bool,
    memory: u64,
}

/// All processes that descend from this one.
fn descendants() -> io::Result<BTreeMap<i32, Process>> {
    let mut others = BTreeMap::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<i32>().ok()) else {
            continue;
        };
        // It may have gone meanwhile. Its name may be no UTF-8.
        let Ok(status) = fs::read(format!("/proc/{id}/status")) else { continue };
        if let Some(process) = Process::parse(&String::from_utf8_lossy(&status)) {
            others.insert(id, process);
        }
    }
    let mut family = BTreeMap::new();
    let mut parents = BTreeSet::from([std::process::id().cast_signed()]);
    while !parents.is_empty() {
        let children: BTreeSet<i32> = others
            .iter()
            .filter(|(_, process)| parents.contains(&process.parent))
            .map(|(&id, _)| id)
            .collect();
        for id in &children {
            family.extend(others.remove_entry(id));
        }
        parents = children;
    }
    Ok(family)
}

/// The line `name:  value` of `/proc/ID/status`.
fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

impl Process {
    /// The lines of `/proc/ID/status`, see proc_pid_status(5).
    fn parse(status: &str) -> Option<Self> {
        // One that has ended has no memory any more, and so has no such line.
        let kib = field(status, "VmRSS")
            .and_then(|size| size.strip_suffix(" kB")?.parse::<u64>().ok());
        Some(Self {
            name: field(status, "Name")?.into(),
            parent: field(status, "PPid")?.parse().ok()?,
            ended: field(status, "State")?.starts_with(['Z', 'X']),
            memory: kib.unwrap_or(0) * 1024,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_says_of_a_process_is_read() {
        let status = "Name:\tPPid: 3\nState:\tS (sleeping)\nPPid:\t7\nVmRSS:\t  25 kB\n";
        let process = Process::parse(status).unwrap();
        assert_eq!((process.name.as_str(), process.parent), ("PPid: 3", 7));
        assert_eq!((process.ended, process.memory), (false, 25 * 1024));
        let ended = Process::parse("Name:\tsh\nState:\tZ (zombie)\nPPid:\t7\n").unwrap();
        assert!(ended.ended);
        assert!(Process::parse("nothing").is_none());
    }

    #[test]
    fn this_process_descends_from_none_of_its_own() {
        assert!(!descendants().unwrap().contains_key(&std::process::id().cast_signed()));
    }
}
