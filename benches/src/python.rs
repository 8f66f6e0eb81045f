//! Python as a peer: a script of ours does the same work and says how long it took.
//!
//! A `python3` with which something is wrong costs its own measurements and no others: a line
//! on stderr says what it is.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::{Observer, Unit};

/// How long a script may take. Ours take less than a minute, with every Python there is.
const PATIENCE: Duration = Duration::from_secs(300);
/// For a first look.
const LITTLE_PATIENCE: Duration = Duration::from_secs(60);
/// How long an interpreter may take to say which one it is.
const START: Duration = Duration::from_secs(10);

/// Whether nothing is asked of Python, or no more.
static SILENT: AtomicBool = AtomicBool::new(false);

/// From now on, nothing is asked of Python.
pub fn leave_out() {
    SILENT.store(true, Relaxed);
}

/// Runs `script` and takes a sample of each time that it reports; see [`times`].
pub fn observe(observer: &mut Observer, script: &str, arguments: &[String]) {
    for (name, ns) in times(observer, script, arguments) {
        observer.sample(&name, Unit::Ns, ns);
    }
}

/// What tells a script that knows it to be quick, when `observer` is.
pub fn hurry(observer: &Observer) -> Vec<String> {
    observer.is_quick().then(|| "--quick".into()).into_iter().collect()
}

/// Runs `script`, a path from the root of the workspace; returns what it reports: names, which
/// begin with `Python: `, and nanoseconds.
///
/// The script's last line is a JSON array of pairs: what was done, and nanoseconds. It
/// times itself, so the interpreter's start does not count. Where there is no `python3`,
/// nothing is reported and nothing fails. When one fails, says something else or doesn't end,
/// a line on stderr says so, and nothing is reported from then on.
pub fn times(
    observer: &Observer,
    script: &str,
    arguments: &[String],
) -> Vec<(String, f64)> {
    if SILENT.load(Relaxed) {
        return Vec::new();
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(script);
    let patience = if observer.is_quick() { LITTLE_PATIENCE } else { PATIENCE };
    let times = is_here(Command::new("python3").arg("--version")).and_then(|is_here| {
        let mut python = Command::new("python3");
        let python = python.arg(&file).args(arguments);
        if is_here { read(&said(python, patience)?) } else { Ok(Vec::new()) }
    });
    times.unwrap_or_else(|problem| {
        leave_out();
        eprintln!("not measured: python3 {script}: {problem}");
        Vec::new()
    })
}

/// Whether there is a Python 3 that answers. On Windows there may be one that only tells where
/// to get another.
fn is_here(version: &mut Command) -> Result<bool, String> {
    match output(version, START) {
        Ok(Some(output)) => {
            Ok(output.status.success() && output.stdout.starts_with(b"Python 3"))
        }
        Ok(None) => Err(no_answer(START)),
        Err(_) => Ok(false),
    }
}

/// What a script prints.
fn said(script: &mut Command, patience: Duration) -> Result<String, String> {
    let output = output(script, patience).map_err(|error| error.to_string())?;
    let Output { status, stdout, stderr } = output.ok_or_else(|| no_answer(patience))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&stderr);
    // The last line of a traceback is the exception.
    let last = stderr.trim().lines().last().unwrap_or("it said nothing");
    Err(format!("{status}: {last}"))
}

/// Bookbinder looks for these words: from then on it leaves Python out.
fn no_answer(patience: Duration) -> String {
    format!("no answer within {} s", patience.as_secs())
}

/// The times in what a script said.
fn read(said: &str) -> Result<Vec<(String, f64)>, String> {
    let line = said.lines().last().unwrap_or_default();
    let times: Vec<(String, f64)> = serde_json::from_str(line)
        .map_err(|error| format!("it doesn't end with its times as JSON: {error}"))?;
    match times.iter().find(|(_, ns)| *ns < 0.0) {
        Some((name, ns)) => Err(format!("{name} can't take {ns} ns")),
        None => Ok(times
            .into_iter()
            .map(|(name, ns)| (format!("Python: {name}"), ns))
            .collect()),
    }
}

/// Runs `command` to its end; nothing when it doesn't end within this time. Then it is killed,
/// with whatever it has started.
fn output(command: &mut Command, patience: Duration) -> io::Result<Option<Output>> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let id = child.id();
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    match ended.recv_timeout(patience) {
        Ok(output) => output.map(Some),
        Err(_) => {
            end(id);
            Ok(None)
        }
    }
}

/// Kills a process and its descendants. It is stopped first: who is stopped starts nobody.
#[cfg(unix)]
fn end(process: u32) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let pid = Pid::from_raw(process.cast_signed());
    let _ = kill(pid, Signal::SIGSTOP);
    children(process).into_iter().for_each(end);
    let _ = kill(pid, Signal::SIGKILL);
}

/// Elsewhere it stays, until it ends by itself.
#[cfg(not(unix))]
fn end(_: u32) {}

/// The children of a process, as far as the system tells: Linux does.
#[cfg(unix)]
fn children(process: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| {
        std::fs::read_to_string(thread.path().join("children")).ok()
    });
    children
        .flat_map(|children| {
            children.split_whitespace().flat_map(str::parse).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn what_fails_says_why_in_a_line() {
        let failed = said(&mut shell("echo first >&2; echo trouble >&2; exit 3"), START);
        assert_eq!(failed, Err("exit status: 3: trouble".into()));
        let failed = said(&mut shell("exit 3"), START);
        assert_eq!(failed, Err("exit status: 3: it said nothing".into()));
        assert!(said(&mut Command::new("/no/python3"), START).is_err());
    }

    #[test]
    fn what_is_no_list_of_times_is_refused() {
        let json = "some text\n[[\"thread\", 5], [\"fork\", 7.5]]";
        let times = [("Python: thread".into(), 5.0), ("Python: fork".into(), 7.5)];
        assert_eq!(read(json), Ok(times.into()));
        for garbage in ["", "garbage", "[[\"thread\"]]", "[[\"thread\", 1e999]]", "{}"] {
            let problem = read(garbage).unwrap_err();
            assert!(problem.starts_with("it doesn't end with its times"), "{problem}");
            assert_eq!(problem.lines().count(), 1);
        }
        assert_eq!(read("[[\"thread\", -1]]"), Err("thread can't take -1 ns".into()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_does_not_answer_is_ended_with_its_children() {
        let argument = format!("1000.{}", std::process::id());
        let mut script = shell(&format!("sleep {argument} & sleep {argument}; wait"));
        let silent = said(&mut script, Duration::from_millis(500));
        assert_eq!(silent, Err("no answer within 0 s".into()));
        // They are killed, which takes a moment; whoever isn't hangs this test.
        while asleep(&argument) {
            thread::yield_now();
        }
    }

    /// Whether a process has this as its last argument.
    #[cfg(target_os = "linux")]
    fn asleep(argument: &str) -> bool {
        let last = format!("\0{argument}\0");
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = processes
            .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
        lines.into_iter().any(|line| line.ends_with(last.as_bytes()))
    }
}
