//! A leash: this program again, between us and a command.
//!
//! The command runs in a process group of its own, and so does whatever it starts. Our end
//! of the leash is a pipe, its stdin, that nobody writes to. When the pipe closes, because
//! we let go or because we were killed, the whole group is killed. When the command ends,
//! so is whatever it left running.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{self, Command, Stdio};
use std::sync::mpsc;
use std::thread::Builder;

use nix::errno::Errno;
#[cfg(target_os = "linux")]
use nix::sys::signal::kill;
use nix::sys::signal::{Signal, killpg, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::say;

/// The argument that makes this program a leash; the command comes after it.
const LEASH: &str = "--leash";

/// `command` on a leash: with the same arguments, environment and folder. Its stdin will be
/// the leash.
///
/// # Errors
///
/// When this program can't tell where it is.
pub(crate) fn around(command: &Command) -> io::Result<Command> {
    let mut leash = Command::new(environment::program::itself()?);
    leash.arg(LEASH).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => leash.env(name, value),
            None => leash.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        leash.current_dir(folder);
    }
    // Ctrl-C is for us, and we let go.
    leash.process_group(0);
    Ok(leash)
}

/// Makes this process a leash if it was started as one, and then doesn't return: it runs the
/// command and ends as that does.
pub fn entry() {
    let mut arguments = env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == LEASH) {
        let program = arguments.next().unwrap_or_default();
        process::exit(match hold(&program, arguments) {
            Ok(code) => code,
            Err(error) => {
                say::aside(&format!("couldn't run {}: {error}", program.display()));
                1
            }
        })
    }
}

fn hold(program: &OsStr, arguments: impl Iterator<Item = OsString>) -> io::Result<i32> {
    // Whoever loses its parent becomes a child of this process. So what it computed counts for
    // the command, and not for strangers; see `watch`.
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_child_subreaper(true)?;
    // Before there is a command: where the system has no thread to spare, nothing has to be ended.
    let (tell, told) = mpsc::channel();
    Builder::new().spawn(move || {
        // Whatever can't be read is the end.
        while matches!(io::stdin().read(&mut [0]), Ok(1..)) {}
        if let Ok(command) = told.recv() {
            let _ = killpg(command, Signal::SIGKILL);
        }
    })?;
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()?;
    let command = Pid::from_raw(child.id().cast_signed());
    let _ = tell.send(command);
    let ended = loop {
        match waitpid(None, None) {
            Ok(ended) if ended.pid() == Some(command) => break ended,
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    };
    // Mostly there is nobody left.
    let _ = killpg(command, Signal::SIGKILL);
    while waitpid(Pid::from_raw(-command.as_raw()), None).is_ok() {}
    #[cfg(target_os = "linux")]
    end_the_others();
    Ok(end_like(ended))
}

/// Ends whoever has left the command's group, for a session of its own, say. Its parent has ended, so it is a child of
/// this process, and its own children are the next ones.
#[cfg(target_os = "linux")]
fn end_the_others() {
    loop {
        let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let children = tasks.filter_map(|task| {
            std::fs::read_to_string(task.path().join("children")).ok()
        });
        let children: Vec<i32> = children
            .flat_map(|of| of.split_whitespace().map(String::from).collect::<Vec<_>>())
            .filter_map(|id| id.parse().ok())
            .collect();
        if children.is_empty() {
            break;
        }
        for child in children {
            let _ = kill(Pid::from_raw(child), Signal::SIGKILL);
        }
        if waitpid(None, None) == Err(Errno::ECHILD) {
            break;
        }
    }
}

/// Ends this process by the signal that ended the command, or returns the command's code.
fn end_like(ended: WaitStatus) -> i32 {
    match ended {
        WaitStatus::Exited(_, code) => code,
        WaitStatus::Signaled(_, signal, _) => {
            // Rust's own handler takes the first SIGSEGV for a stack that overflowed, and makes
            // way for the next.
            for _ in 0..2 {
                let _ = raise(signal);
            }
            1
        }
        _ => 1,
    }
}
