//! The same suite in a storm of signals: every thread of both sides is interrupted again and again.
//! The handler is one without SA_RESTART, so that the system says EINTR and starts nothing anew.
//!
//! It storms in a process of its own, and in the peers that this starts: an environment variable
//! says so.

#![allow(unsafe_code)]

use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{env, fs, io, process, thread};

use ipc::Transport;
use libtest_mimic::Failed;
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

const STORMS: &str = "IPC_TEST_STORMS";

/// How long no thread hears anything, at the most. It is no time to rely on.
const LULL: Duration = Duration::from_micros(200);

/// How many signals a suite has to bear at least; most bear some thousands.
const ENOUGH: u64 = 500;

static HEARD: AtomicU64 = AtomicU64::new(0);

extern "C" fn hear(_: libc::c_int) {
    HEARD.fetch_add(1, Ordering::Relaxed);
}

/// Whether it storms here.
pub(crate) fn rages() -> bool {
    env::var_os(STORMS).is_some()
}

/// Begins to storm, if it is to.
pub(crate) fn entry() {
    if !rages() {
        return;
    }
    let action =
        SigAction::new(SigHandler::Handler(hear), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing but count.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("it can be handled");
    let storm = thread::Builder::new().name("storm".into()).spawn(|| {
        loop {
            let _ = signal_all();
            thread::park_timeout(LULL);
        }
    });
    storm.expect("there is a thread to spare");
}

/// Signals all threads but the one that does so.
fn signal_all() -> io::Result<()> {
    let this = nix::unistd::gettid().as_raw();
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.file_name().to_string_lossy().parse().unwrap_or(this);
        if task != this {
            // SAFETY: the signal has a handler. The thread may have gone: then nothing happens.
            unsafe {
                libc::syscall(
                    libc::SYS_tgkill,
                    process::id(),
                    task,
                    Signal::SIGUSR1 as i32,
                )
            };
        }
    }
    Ok(())
}

/// Says how many signals there were.
pub(crate) fn report() {
    if rages() {
        eprintln!("signals: {}", HEARD.load(Ordering::Relaxed));
    }
}

/// Runs all cases of a transport in a storm.
pub(crate) fn all_in_a_storm(transport: Transport) -> Result<(), Failed> {
    let cases = crate::test_name(transport, "");
    let output = Command::new(env::current_exe()?)
        .args(["--test-threads=1", &cases])
        .env(STORMS, "1")
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("{said}{complaints}").into());
    }
    let heard = complaints.lines().find_map(|line| line.strip_prefix("signals: "));
    let heard: u64 = heard.ok_or("nobody counted the signals")?.parse()?;
    assert!(heard >= ENOUGH, "{heard} signals are no storm");
    Ok(())
}
