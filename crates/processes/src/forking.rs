//! fork: the system makes a copy of this process, and both go on from the same place.
//!
//! The child has a copy of all memory, but only one thread, the one that forked. A lock that
//! another thread held at that moment stays locked for ever in the child; it may be a lock
//! of the allocator. So [`fork`] refuses when there is another thread. Python warns about
//! the same since 3.12.
//!
//! The child also has copies of all descriptors: links to workers, for instance, which
//! don't close as long as the child lives. So the child ends with its parent.

#![allow(unsafe_code)]

use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitStatus;
use std::ptr::{self, NonNull};
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{self, ForkResult, Pid, getpid, getppid, gettid};

/// A child made by fork. Dropping it kills the child and waits for its end.
#[derive(Debug)]
pub struct Forked {
    pid: Pid,
    ended: Option<ExitStatus>,
}

/// Forks. The child runs `child` and exits with what that returns, or when its parent ends, if
/// that is earlier. The parent gets the child.
///
/// # Errors
///
/// When this process has other threads, or the system has no process to spare.
// ANCHOR: fork
pub fn fork(child: impl FnOnce() -> i32) -> io::Result<Forked> {
    refuse_threads()?;
    // Output that waits in the buffer would be copied, and printed twice.
    io::stdout().flush()?;
    let parent = getpid();
    // SAFETY: there is a single thread, so no other can be in the middle of anything, and
    // the child's copy of the memory is as good as the original.
    match unsafe { unistd::fork() }? {
        ForkResult::Parent { child } => Ok(Forked { pid: child, ended: None }),
        ForkResult::Child => {
            end_with(parent);
            run_and_exit(child)
        }
    }
}
// ANCHOR_END: fork

/// Forks a sibling of this process: a child of our parent, who has to wait for it. The sibling
/// runs `child` and exits with what that returns. Returns the sibling's id.
///
/// # Errors
///
/// When this process has other threads, or the system has no process to spare.
pub(crate) fn fork_sibling(child: impl FnOnce() -> i32) -> io::Result<i32> {
    refuse_threads()?;
    let flags = libc::c_long::from(libc::CLONE_PARENT | libc::SIGCHLD);
    let noted = place_of_thread_id();
    // SAFETY: without CLONE_VM and without a stack of its own, this is the system's part of
    // fork(3), so it is sound for the same reason as `fork`. But the C library does not learn
    // that it has been forked. `note_thread_id` makes up for the part that matters. Two things
    // are left out: no function is called that was registered with pthread_atfork(3), and when
    // the child ends, the system doesn't look for robust mutexes that it holds. A fork server
    // registers no such function (the workers of our pools may do so after they were forked),
    // and Rust has no such mutexes.
    match unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            if let Some(place) = noted {
                note_thread_id(place);
            }
            run_and_exit(child)
        }
        pid => Ok(pid as i32),
    }
}

/// Where the C library has noted the id of this thread, for pthread_kill(3) and others. The
/// library has told the system that place at the start, so that the system can write a zero
/// there when the thread ends.
///
/// None when the system doesn't tell the place (Linux without CONFIG_CHECKPOINT_RESTORE), or
/// when another number is there (musl gives another place). Then a cloned process keeps the id
/// of the thread that cloned it, and pthread_kill(3) finds no such thread in it.
fn place_of_thread_id() -> Option<NonNull<libc::pid_t>> {
    let mut place: *mut libc::pid_t = ptr::null_mut();
    // SAFETY: the system writes an address to `place`.
    let told = unsafe { libc::prctl(libc::PR_GET_TID_ADDRESS, &raw mut place) };
    let place = NonNull::new(place).filter(|_| told == 0)?;
    // SAFETY: the C library has given this address to the system, as that of a number that
    // stays as long as the thread.
    let noted = unsafe { place.read() };
    (noted == gettid().as_raw()).then_some(place)
}

/// Notes the id of this thread at `place`, as the C library does at the start of a program.
fn note_thread_id(place: NonNull<libc::pid_t>) {
    // SAFETY: in this copy of the process, `place` is where the C library has noted the id of
    // the thread that was copied, and there is no other thread that could read it.
    unsafe {
        let id = libc::syscall(libc::SYS_set_tid_address, place.as_ptr());
        place.write(id as libc::pid_t);
    }
}

/// How long a thread that was joined may still be listed. Normally it is gone at once; the limit
/// is for a very busy system.
const ON_ITS_WAY_OUT: Duration = Duration::from_millis(500);

fn refuse_threads() -> io::Result<()> {
    let asked = Instant::now();
    // The folder has two links, and one more for each thread.
    while fs::metadata("/proc/self/task")?.nlink() > 3 {
        // A thread that was joined may not be gone yet.
        if asked.elapsed() > ON_ITS_WAY_OUT {
            let why = "a process with several threads can't fork safely";
            return Err(io::Error::other(why));
        }
        thread::yield_now();
    }
    Ok(())
}

/// Asks the system to kill this process when `parent` ends. (The system does so when the *thread*
/// ends that forked, but the parent has only that one.)
fn end_with(parent: Pid) {
    let told = set_pdeathsig(Signal::SIGKILL);
    if told.is_err() || getppid() != parent {
        exit_at_once(1);
    }
}

fn run_and_exit(child: impl FnOnce() -> i32) -> ! {
    let code = panic::catch_unwind(AssertUnwindSafe(child)).unwrap_or(101);
    // If the output can't be written, there is nobody to read it.
    let _ = io::stdout().flush();
    exit_at_once(code)
}

/// Exits without running what was registered to run at the parent's exit.
fn exit_at_once(code: i32) -> ! {
    // SAFETY: it has no preconditions.
    unsafe { libc::_exit(code) }
}

impl Forked {
    /// The child with this id, which a sibling has forked for this process.
    pub(crate) fn adopt(pid: i32) -> Self {
        Self { pid: Pid::from_raw(pid), ended: None }
    }

    /// The child's process id.
    pub fn id(&self) -> u32 {
        self.pid.as_raw().cast_unsigned()
    }

    /// Kills the child. It is no error if the child has ended already.
    ///
    /// # Errors
    ///
    /// When the system won't.
    pub fn kill(&self) -> io::Result<()> {
        // Once somebody has waited for it, its id may belong to another process.
        match self.ended {
            None => Ok(kill(self.pid, Signal::SIGKILL)?),
            Some(_) => Ok(()),
        }
    }

    /// Waits until the child has ended; returns how it ended.
    ///
    /// # Errors
    ///
    /// When somebody else has waited for the child.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        let mut status = 0;
        // SAFETY: `status` is a place for the status. nix's `waitpid` would take the status
        // apart, and we want it whole.
        while unsafe { libc::waitpid(self.pid.as_raw(), &raw mut status, 0) } == -1 {
            match Errno::last() {
                Errno::EINTR => {}
                error => return Err(error.into()),
            }
        }
        let status = ExitStatus::from_raw(status);
        self.ended = Some(status);
        Ok(status)
    }
}

impl Drop for Forked {
    fn drop(&mut self) {
        // If neither is possible, there is nothing left to kill or to wait for.
        let _ = self.kill();
        let _ = self.wait();
    }
}
