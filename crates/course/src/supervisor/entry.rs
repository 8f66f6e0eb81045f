//! The last steps of a process before it becomes the command: from each of them, there is no
//! way back.

use std::convert::Infallible;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, Stdio, exit};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::sys::prctl::set_no_new_privs;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::unistd::{ForkResult, Pid, pipe2};

use super::group::Group;
use super::{Request, calls};

/// The largest file that the command may write, in bytes.
const LARGEST_FILE: u64 = 1 << 30;

/// Who the command is, and how much of it there may be.
pub(super) struct Entry<'a> {
    /// The user that it becomes.
    pub(super) user: Option<u32>,
    /// How many processes and threads that user may have; the system counts them for each user.
    pub(super) tasks: Option<u64>,
    /// The group that it belongs to.
    pub(super) group: Option<&'a Group>,
    /// The folder that it has to itself.
    pub(super) folder: Option<&'a Path>,
}

/// Runs `work` in a child of this process, which must have one thread only.
///
/// # Errors
///
/// When the system has no room for another process.
#[allow(unsafe_code)]
pub(super) fn fork(work: impl FnOnce()) -> io::Result<Pid> {
    // SAFETY: this process has no other thread, whose locks its child could find taken.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            let ended = catch_unwind(AssertUnwindSafe(work));
            exit(if ended.is_ok() { 0 } else { 101 })
        }
    }
}

impl Entry<'_> {
    /// Starts the command.
    ///
    /// # Errors
    ///
    /// When it can't be started, or one of the walls can't be put up.
    pub(super) fn start(&self, request: &Request) -> io::Result<Pid> {
        // It is closed when the child becomes the command.
        let (trouble, report) = pipe2(OFlag::O_CLOEXEC)?;
        let child = fork(|| {
            let Err(error) = self.enter(request);
            // Nobody can do anything about it.
            let _ = File::from(report).write_all(error.to_string().as_bytes());
        });
        let child = child?;
        let mut complaint = String::new();
        File::from(trouble).read_to_string(&mut complaint)?;
        if complaint.is_empty() { Ok(child) } else { Err(io::Error::other(complaint)) }
    }

    fn enter(&self, request: &Request) -> io::Result<Infallible> {
        if let Some(group) = self.group {
            group.join()?;
        }
        lower(Resource::RLIMIT_CORE, 0)?;
        lower(Resource::RLIMIT_FSIZE, LARGEST_FILE)?;
        if let Some(tasks) = self.tasks {
            lower(Resource::RLIMIT_NPROC, tasks)?;
        }
        let mut command = Command::new(&request.program);
        command.args(&request.arguments).env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::null()).stderr(io::stdout()).process_group(0);
        if let Some(folder) = self.folder {
            inherit_nothing()?;
            set_no_new_privs()?;
            command.env_clear().env("PATH", path()).env("RUST_BACKTRACE", "0");
            command.env("HOME", folder).env("TMPDIR", folder).current_dir(folder);
        } else if let Some(folder) = &request.folder {
            command.current_dir(folder);
        }
        command.envs(request.environment.iter().cloned());
        if let Some(user) = self.user {
            command.uid(user).gid(user);
        }
        if request.walls.calls {
            calls::refuse()?;
        }
        heed_signals();
        Err(command.exec())
    }
}

/// Has every signal do what it usually does. Under `nohup`, or behind a shell's `&`, some are ignored, and
/// an answer that is right about a signal would look wrong. What hangs up reaches us, and not the command.
#[allow(unsafe_code)]
fn heed_signals() {
    for each in Signal::iterator() {
        // SAFETY: no function of ours is called when the signal comes. Two can't be ignored, and refuse.
        let _ = unsafe { signal(each, SigHandler::SigDfl) };
    }
}

/// Whatever is open in this process, the command doesn't have: whoever grades may have left
/// something open in their shell, and a folder would be a way out of any room.
#[allow(unsafe_code)]
fn inherit_nothing() -> io::Result<()> {
    for entry in fs::read_dir("/proc/self/fd")? {
        let number = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(number) = number.filter(|number: &RawFd| *number > 2) else { continue };
        // SAFETY: it was open a moment ago, and this process has no other thread. The listing's own
        // is among them.
        let open = unsafe { BorrowedFd::borrow_raw(number) };
        fcntl(open, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    Ok(())
}

/// Where programs are found: also where a caller has an unusual path.
fn path() -> String {
    let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    match std::env::var("PATH") {
        Ok(path) if !path.is_empty() => format!("{path}:{usual}"),
        _ => usual.into(),
    }
}

/// Limits a resource; a lower limit stays as it is.
fn lower(resource: Resource, limit: u64) -> io::Result<()> {
    let (_, highest) = getrlimit(resource)?;
    let limit = limit.min(highest);
    Ok(setrlimit(resource, limit, limit)?)
}
