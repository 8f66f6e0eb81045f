//! Child processes that end with this one, however it ends, and take nothing with them.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, mpsc};
use std::thread::{self, Builder};
use std::time::Duration;

#[cfg(unix)]
use super::leash;

static RUNNING: Mutex<Option<Child>> = Mutex::new(None);

/// The signal that told this process to end; 0 for none.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

fn running() -> MutexGuard<'static, Option<Child>> {
    RUNNING.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// From now on Ctrl-C, and whatever else asks this process to end, ends the running child,
/// and [`interrupted`] says so, instead of ending this process. A hang-up counts unless it
/// was ignored before, as `nohup` has it.
///
/// # Errors
///
/// When the system won't let us.
pub fn catch_interrupts() -> Result<(), String> {
    catch(|signal| {
        let _ = SIGNAL.compare_exchange(0, signal, SeqCst, SeqCst);
        if let Some(child) = &mut *running() {
            end(child);
        }
    })
    .map_err(|error| format!("couldn't prepare for Ctrl-C: {error}"))
}

#[cfg(unix)]
fn catch(handle: impl FnMut(i32) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    if !is_ignored(SIGHUP) {
        signals.add_signal(SIGHUP)?;
    }
    Builder::new().spawn(move || signals.forever().for_each(handle)).map(drop)
}

/// Whether this process ignores a signal. Only Linux tells without asking the C library.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & (1 << (signal - 1)) != 0)
}

#[cfg(not(unix))]
fn catch(mut handle: impl FnMut(i32) + Send + 'static) -> Result<(), ctrlc::Error> {
    const SIGINT: i32 = 2;
    ctrlc::set_handler(move || handle(SIGINT))
}

/// What shells report for a command that a signal ended, when one told this process to end.
pub fn interrupted() -> Option<u8> {
    let signal = u8::try_from(SIGNAL.load(SeqCst)).unwrap_or_default();
    (signal != 0).then(|| 128 + signal)
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

impl Ended {
    /// Why it failed, as far as its stderr says: the message of a panic, or the last line.
    pub fn cause(&self) -> &str {
        let lines = || self.stderr.lines().map(str::trim);
        let panic = lines().skip_while(|line| !is_panic(line)).nth(1);
        let said = |line: &&str| !line.is_empty() && !line.starts_with("note: ");
        panic.into_iter().chain(lines().rev()).find(said).unwrap_or("it said nothing")
    }
}

/// Whether this is what Rust says before the message of a panic.
fn is_panic(line: &str) -> bool {
    line.starts_with("thread '") && line.contains("panicked at ")
}

/// Runs `command` to its end. Its stderr is kept when `quiet`, and passed on otherwise. On
/// Unix, whatever it started ends with it.
///
/// # Errors
///
/// When it can't be started or its output can't be read.
pub fn run(command: &mut Command, quiet: bool) -> io::Result<Ended> {
    #[cfg(unix)]
    let command = &mut leash::around(command)?;
    command.stdin(if cfg!(unix) { Stdio::piped() } else { Stdio::null() });
    command.stdout(Stdio::piped());
    command.stderr(if quiet { Stdio::piped() } else { Stdio::inherit() });
    let mut child = command.spawn()?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    *running() = Some(child);
    if interrupted().is_some() {
        // The handler may have run before there was a child.
        running().as_mut().map(end);
    }
    // Both pipes at once: a child that fills one of them waits until somebody reads it.
    let (stdout, stderr) = thread::scope(|scope| {
        match Builder::new().spawn_scoped(scope, || all_of(stderr)) {
            Ok(stderr) => (all_of(stdout), stderr.join().expect("reading doesn't panic")),
            Err(error) => {
                running().as_mut().map(end);
                (Err(error), Ok(String::new()))
            }
        }
    });
    let mut child = running().take().expect("only this function takes the child");
    Ok(Ended { status: child.wait()?, stdout: stdout?, stderr: stderr? })
}

/// What a command prints that should take no time; nothing when it fails, or takes long.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    const PATIENCE: Duration = Duration::from_secs(10);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.spawn().ok()?;
    #[cfg(unix)]
    let group = nix::unistd::Pid::from_raw(child.id().cast_signed());
    let (done, ended) = mpsc::channel();
    // Without a thread that waits, nobody ever sends anything.
    let _ = Builder::new().spawn(move || done.send(child.wait_with_output()));
    let Ok(output) = ended.recv_timeout(PATIENCE) else {
        #[cfg(unix)]
        let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        return None;
    };
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Ends a child that may have ended by itself.
fn end(child: &mut Child) {
    if cfg!(unix) {
        // The leash.
        drop(child.stdin.take());
    } else {
        let _ = child.kill();
    }
}

fn all_of(pipe: Option<impl Read>) -> io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_end(&mut bytes)?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn cause(stderr: &str) -> String {
        let status = ExitStatus::from_raw(0);
        Ended { status, stdout: String::new(), stderr: stderr.into() }.cause().into()
    }

    #[test]
    fn a_panic_says_more_than_the_note_below_it() {
        let panic = "here we go\n\nthread 'main' (7) panicked at src/main.rs:2:5:\nno such door\n";
        assert_eq!(
            cause(&format!(
                "{panic}note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
            )),
            "no such door"
        );
        assert_eq!(
            cause(&format!(
                "{panic}stack backtrace:\n   0: std::panicking\nnote: Some details are omitted\n"
            )),
            "no such door"
        );
        let scope =
            "\nthread 'main' panicked at src/main.rs:9:5:\na scoped thread panicked\n";
        assert_eq!(
            cause(&format!("{panic}{scope}")),
            "no such door",
            "the first is the cause"
        );
    }

    #[test]
    fn without_a_panic_the_last_line_says_most() {
        assert_eq!(cause("first\nno room left\n\n"), "no room left");
        assert_eq!(cause("  \n"), "it said nothing");
        assert_eq!(cause(""), "it said nothing");
        assert_eq!(
            cause("thread 'main' panicked at src/main.rs:2:5:"),
            "thread 'main' panicked at src/main.rs:2:5:"
        );
    }

    #[test]
    fn who_is_asked_may_fail() {
        let ask = |script: &str| ask(Command::new("sh").args(["-c", script]));
        assert_eq!(ask("echo 1.2.3"), Some("1.2.3\n".into()));
        assert_eq!(ask("echo 1.2.3; exit 3"), None);
        assert_eq!(super::ask(&mut Command::new("/no/such/program")), None);
    }
}
