//! Starts the program, and stays out of its way.
//!
//! The program inherits everything: input, output, the terminal, and the process group, so that the terminal's own
//! signals reach it as if nobody watched. What is sent to the watcher alone is passed on; how the program ends
//! is how the watcher ends.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigHandler, SigSet, Signal, kill, raise, signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Code(i32),
    /// By this signal.
    Signal(i32),
}

/// A program that was started, or that was there.
pub struct Program {
    pid: Pid,
    /// Nobody waits for a program that somebody else has started.
    ours: bool,
    signals: SignalFd,
}

/// Signals that the watcher gets to know and doesn't die of; all that can be caught, except those that say that the
/// watcher itself is broken, and those of a background process at the terminal.
fn watched() -> SigSet {
    let mut set = SigSet::all();
    for signal in [
        Signal::SIGSEGV,
        Signal::SIGBUS,
        Signal::SIGILL,
        Signal::SIGFPE,
        Signal::SIGABRT,
        Signal::SIGTRAP,
        Signal::SIGSYS,
        Signal::SIGTTOU,
        Signal::SIGTTIN,
    ] {
        set.remove(signal);
    }
    set
}

impl Program {
    /// Starts `command`.
    ///
    /// # Errors
    ///
    /// When the system refuses: no such program, no permission, no more processes.
    #[allow(unsafe_code)]
    pub fn start(command: &[std::ffi::OsString]) -> io::Result<Self> {
        let (program, arguments) =
            command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let before = SigSet::thread_get_mask()?;
        // Before there is a child, or its end might be missed.
        let signals = Self::listen()?;
        let mut command = Command::new(program);
        command.args(arguments);
        // What is blocked here would be blocked there.
        let unblock = move || Ok(before.thread_set_mask()?);
        // SAFETY: the closure makes one call, which is allowed between fork and exec.
        unsafe { command.pre_exec(unblock) };
        let child = command.spawn()?;
        Ok(Self { pid: Pid::from_raw(child.id() as i32), ours: true, signals })
    }

    /// Watches the process `pid`, which runs already.
    ///
    /// # Errors
    ///
    /// When there is no such process.
    pub fn attach(pid: i32) -> io::Result<Self> {
        // Whether one may send it signals doesn't matter.
        match kill(Pid::from_raw(pid), None) {
            Ok(()) | Err(Errno::EPERM) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Self { pid: Pid::from_raw(pid), ours: false, signals: Self::listen()? })
    }

    fn listen() -> io::Result<SignalFd> {
        let set = watched();
        set.thread_block()?;
        Ok(SignalFd::with_flags(&set, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?)
    }

    /// Its number.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    /// Becomes readable when [`Self::attend`] has something to do.
    pub fn signals(&self) -> BorrowedFd<'_> {
        self.signals.as_fd()
    }

    /// Passes signals on, stops and goes on as the program does. Says how the program ended, once it has; and
    /// `true` when somebody wants the watching to end, since there is nobody to pass it on to.
    pub fn attend(&self) -> (Option<End>, bool) {
        let (mut end, mut enough) = (None, false);
        while let Ok(Some(info)) = self.signals.read_signal() {
            let Ok(signal) = Signal::try_from(info.ssi_signo as i32) else { continue };
            match signal {
                Signal::SIGCHLD => end = end.or_else(|| self.look()),
                // The system itself sends these to the whole group, so the program has got it, too.
                _ if info.ssi_code == nix::libc::SI_KERNEL => {
                    enough |= !self.ours && signal == Signal::SIGINT;
                }
                _ if self.ours => {
                    // It may have ended just now.
                    let _ = kill(self.pid, signal);
                }
                Signal::SIGINT | Signal::SIGTERM | Signal::SIGHUP | Signal::SIGQUIT => {
                    enough = true
                }
                _ => {}
            }
        }
        (end, enough)
    }

    /// How it ended, if it has. Whoever stops with it goes on with it, too: only so does a shell get to know.
    fn look(&self) -> Option<End> {
        let flags = WaitPidFlag::WNOHANG | WaitPidFlag::WUNTRACED;
        if !self.ours {
            return None;
        }
        loop {
            match waitpid(self.pid, Some(flags)) {
                Ok(WaitStatus::Exited(_, code)) => return Some(End::Code(code)),
                Ok(WaitStatus::Signaled(_, signal, _)) => {
                    return Some(End::Signal(signal as i32));
                }
                // By the terminal. Whom a debugger stops, it also lets go on.
                Ok(WaitStatus::Stopped(
                    _,
                    Signal::SIGTSTP | Signal::SIGTTIN | Signal::SIGTTOU,
                )) => {
                    let _ = raise(Signal::SIGSTOP);
                    // Somebody has told us to go on; the program may have been told already.
                    let _ = kill(self.pid, Signal::SIGCONT);
                }
                Ok(WaitStatus::Stopped(..)) | Err(Errno::EINTR) => {}
                _ => return None,
            }
        }
    }
}

/// Ends as the program did: with its code, or by its signal, so that a shell's loop stops at Ctrl-C as it would have.
#[allow(unsafe_code)]
pub fn end_like(end: Option<End>) -> ExitCode {
    match end {
        None => ExitCode::SUCCESS,
        Some(End::Code(code)) => ExitCode::from(code as u8),
        Some(End::Signal(number)) => {
            // It has left a core dump if it wanted to; ours would take its place.
            let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
            if let Ok(name) = Signal::try_from(number) {
                // SAFETY: no function of ours is called when the signal comes.
                let _ = unsafe { signal(name, SigHandler::SigDfl) };
                let mut set = SigSet::empty();
                set.add(name);
                let _ = set.thread_unblock();
                let _ = raise(name);
            }
            ExitCode::from(128_u8.wrapping_add(number as u8))
        }
    }
}

/// Lets the watcher hold as many files open as the system allows. Not before the program has started, which would
/// inherit it.
pub fn open_more_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
