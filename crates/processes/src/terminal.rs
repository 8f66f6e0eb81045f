//! A terminal of our own. A program that is started in it gets what a person's keyboard would
//! send: Ctrl-C, for instance, becomes a signal to all processes of the *foreground* group.
//!
//! Every terminal window works like this: the system has pairs of devices, one for whoever
//! types and one for the programs
//! ([pty(7)](https://man7.org/linux/man-pages/man7/pty.7.html)).

#![allow(unsafe_code)]

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::libc;
use nix::sys::signal::{SigHandler, SigSet, Signal, signal};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{ioctl_tiocsctty, setsid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// The byte that the key combination Ctrl-C sends.
pub const CTRL_C: u8 = 3;

/// A terminal. When it is dropped, the system hangs up: its foreground processes get SIGHUP.
#[derive(Debug)]
pub struct Terminal {
    keyboard: File,
    screen: OwnedFd,
}

impl Terminal {
    /// A new terminal, in which nothing runs.
    ///
    /// # Errors
    ///
    /// When the system has no terminal to spare.
    pub fn open() -> io::Result<Self> {
        let keyboard = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        fcntl_setfd(&keyboard, FdFlags::CLOEXEC)?;
        grantpt(&keyboard)?;
        unlockpt(&keyboard)?;
        let name = ptsname(&keyboard, Vec::new())?;
        let screen = OpenOptions::new()
            .read(true)
            .write(true)
            // Otherwise this could become the terminal of this process.
            .custom_flags(libc::O_NOCTTY)
            .open(OsStr::from_bytes(name.as_bytes()))?;
        Ok(Self { keyboard: keyboard.into(), screen: screen.into() })
    }

    /// A descriptor of the terminal, as programs have it for stdin, stdout and stderr.
    ///
    /// # Errors
    ///
    /// When this process has no descriptors left.
    pub fn screen(&self) -> io::Result<OwnedFd> {
        self.screen.try_clone()
    }

    /// Presses a key, such as [`CTRL_C`].
    ///
    /// # Errors
    ///
    /// When the system won't take the key.
    pub fn press(&self, key: u8) -> io::Result<()> {
        (&self.keyboard).write_all(&[key])
    }
}

/// Makes `command` run in the terminal that has this `screen`: as the first process of a new
/// *session*, in the foreground. Ctrl-C ends the program, even if its parent ignores that signal.
// ANCHOR: move_in
pub fn move_in(command: &mut Command, screen: OwnedFd) {
    let move_in = move || {
        setsid()?;
        ioctl_tiocsctty(&screen)?;
        // SAFETY: no function of ours is called when the signal comes.
        unsafe { signal(Signal::SIGINT, SigHandler::SigDfl) }?;
        Ok(SigSet::empty().thread_set_mask()?)
    };
    // SAFETY: between fork and exec, the closure makes system calls and nothing else.
    unsafe { command.pre_exec(move_in) };
}
// ANCHOR_END: move_in
