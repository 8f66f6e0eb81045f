//! What the supervisor does: it starts the command, watches it, and ends all that is left.

use std::os::fd::AsFd;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl::set_child_subreaper;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid, setsid};

use super::family::{NO_CHILD, descendants, end_all, reap, tasks_of};
use super::{End, Ended, GRACE, Request};

/// How often the supervisor looks, in milliseconds.
const INTERVAL: u8 = 20;

/// The largest file that the command may write, in bytes.
const LARGEST_FILE: u64 = 1 << 30;

/// How many processes and threads an answer can be, whoever looks: more than any request
/// allows, so that the supervisor sees it and says so.
const TASKS: u64 = 256;

/// The first of the users whom nobody else is, one for each supervisor.
const NOBODY_ELSE: u32 = 1 << 30;

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
    lower(Resource::RLIMIT_CORE, 0)?;
    lower(Resource::RLIMIT_FSIZE, LARGEST_FILE)?;
    let own_folder;
    let child = match &request.folder {
        Some(folder) => command(request, &request.program).current_dir(folder).spawn()?,
        None => {
            own_folder = tempfile::tempdir().map_err(|error| {
                io::Error::other(format!(
                    "it has no folder of its own: {error}; set TMPDIR to another one, \
                     such as /tmp"
                ))
            })?;
            alone(request, own_folder.path())?
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
    end_all(|| kill_together(child))?;
    ended
}

/// Lowers a limit of this process, and of whatever it starts, to `most`. One that is lower already stays: only
/// root may raise it.
fn lower(resource: Resource, most: u64) -> io::Result<()> {
    let (now, _) = getrlimit(resource)?;
    let limit = most.min(now);
    Ok(setrlimit(resource, limit, limit)?)
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
        lower(Resource::RLIMIT_NPROC, limit)?;
        return prepare(&request.program).spawn();
    }
    lower(Resource::RLIMIT_NPROC, TASKS)?;
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

/// Waits until `child` has ended, or has taken too much.
fn watch(request: &Request, child: Pid) -> io::Result<End> {
    let deadline = Instant::now() + Duration::from_secs(request.seconds);
    loop {
        let end = reap(child)?.end;
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

/// The names of those that live on although their time has passed.
fn living_after_grace() -> io::Result<Vec<String>> {
    let deadline = Instant::now() + GRACE;
    loop {
        if reap(NO_CHILD)?.nobody_left {
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

/// Kills the group of `child`, and all of the user whom nobody else is: at once, also those
/// that start one another faster than anybody can look.
fn kill_together(child: Pid) {
    // There may be nobody any more.
    let _ = kill(Pid::from_raw(-child.as_raw()), Signal::SIGKILL);
    if geteuid().is_root() {
        let user = NOBODY_ELSE + std::process::id();
        let mut all = Command::new("sh");
        all.args(["-c", "kill -9 -1"]).uid(user).gid(user).process_group(0);
        all.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // In some containers there are no such users.
        let _ = all.status();
    }
}
