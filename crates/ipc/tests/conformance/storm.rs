//! The same suite in a storm of signals: every thread of both sides is interrupted again and again.
//! The handler is installed without SA_RESTART, so that interrupted system calls fail with EINTR
//! instead of going on.
//!
//! The storm is in a process of its own, and in the peers that this process starts. An environment
//! variable tells them.

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

/// The pause between two rounds of signals. The system may make it longer.
const LULL: Duration = Duration::from_micros(200);

/// How many signals a suite has to bear at least; with fewer, this was no storm.
const ENOUGH: u64 = 500;

static HEARD: AtomicU64 = AtomicU64::new(0);

extern "C" fn hear(_: libc::c_int) {
    HEARD.fetch_add(1, Ordering::Relaxed);
}

/// Whether this process is in a storm.
pub(crate) fn rages() -> bool {
    env::var_os(STORMS).is_some()
}

/// Starts the storm, if this process is to have one.
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

/// Sends a signal to every thread of this process but the calling one.
fn signal_all() -> io::Result<()> {
    let this = nix::unistd::gettid().as_raw();
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.file_name().to_string_lossy().parse().unwrap_or(this);
        if task != this {
            // SAFETY: the signal has a handler. If the thread is gone, nothing happens.
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

/// Prints how many signals came, if this process is in a storm.
pub(crate) fn report() {
    if rages() {
        eprintln!("signals: {}", HEARD.load(Ordering::Relaxed));
    }
}

/// Runs all cases of a transport in a storm, in a process of their own.
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
