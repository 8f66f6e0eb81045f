//! Child processes that end when the reader presses Ctrl-C, and take nothing with them.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard};
use std::thread;

static RUNNING: Mutex<Option<Child>> = Mutex::new(None);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn running() -> MutexGuard<'static, Option<Child>> {
    RUNNING.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// From now on Ctrl-C kills the running child, and [`interrupted`] says so, instead of
/// ending this process.
///
/// # Errors
///
/// When the system won't let us.
pub fn catch_interrupts() -> Result<(), String> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, SeqCst);
        if let Some(child) = &mut *running() {
            // It may have ended by itself: the terminal interrupts it, too.
            let _ = child.kill();
        }
    })
    .map_err(|error| format!("couldn't prepare for Ctrl-C: {error}"))
}

/// Whether Ctrl-C was pressed.
pub fn interrupted() -> bool {
    INTERRUPTED.load(SeqCst)
}

/// What a child left behind.
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it complained about; empty when that went to our own stderr.
    pub stderr: String,
}

/// Runs `command` to its end. Its stderr is kept when `quiet`, and passed on otherwise.
///
/// # Errors
///
/// When it can't be started or its output can't be read.
pub fn run(command: &mut Command, quiet: bool) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.stderr(if quiet { Stdio::piped() } else { Stdio::inherit() });
    let mut child = command.spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    *running() = Some(child);
    if interrupted() {
        // The handler may have run before there was a child.
        running().as_mut().map(Child::kill);
    }
    // Both pipes at once: a child that fills one of them waits until somebody reads it.
    let (stdout, stderr) = thread::scope(|scope| {
        let stderr = scope.spawn(|| all_of(stderr));
        (all_of(stdout), stderr.join().expect("reading doesn't panic"))
    });
    let mut child = running().take().expect("only this function takes the child");
    Ok(Ended { status: child.wait()?, stdout: stdout?, stderr: stderr? })
}

fn all_of(pipe: Option<impl Read>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
