//! Runs a script, for so long and no longer, and reads what it reports.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Deserialize;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// How many times as much, or as fast.
    Ratio,
}

/// What a script reports: a name, a unit and a number.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Reported(pub String, pub Unit, pub f64);

/// Runs `script` with `arguments` on the interpreter `python`, for `patience` at most; returns what it
/// reports.
///
/// The script times itself, so the interpreter's start does not count. On Unix, one that doesn't end in
/// time is killed, with whatever it has started.
///
/// # Errors
///
/// One line: it can't be started, fails, doesn't answer in time, or says something else.
pub fn run(
    python: &Path,
    script: &Path,
    arguments: &[String],
    patience: Duration,
) -> Result<Vec<Reported>, String> {
    let mut command = Command::new(python);
    read(&said(command.arg(script).args(arguments), patience)?)
}

/// What a command prints; an error in one line.
pub fn said(command: &mut Command, patience: Duration) -> Result<String, String> {
    // Modules that the scripts share would leave files beside them.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let output = output(command, patience).map_err(|error| error.to_string())?;
    let Output { status, stdout, stderr } = output.ok_or_else(|| no_answer(patience))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&stderr);
    // The last line of a traceback is the exception.
    let last = stderr.trim().lines().last().unwrap_or("it said nothing");
    Err(format!("{status}: {last}"))
}

/// Says that an interpreter doesn't answer. Bookbinder looks for these words: from then on it leaves that
/// one out.
pub fn no_answer(patience: Duration) -> String {
    format!("no answer within {} s", patience.as_secs())
}

/// What a script reports in its last line.
fn read(said: &str) -> Result<Vec<Reported>, String> {
    let line = said.lines().last().unwrap_or_default();
    let reported: Vec<Reported> = serde_json::from_str(line)
        .map_err(|error| format!("it doesn't end with what it measured: {error}"))?;
    match reported.iter().find(|Reported(.., value)| *value < 0.0) {
        Some(Reported(name, _, value)) => Err(format!("{name} can't be {value}")),
        None => Ok(reported),
    }
}

/// Runs `command` to its end; nothing when it doesn't end within this time. Then it is killed,
/// with whatever it has started.
pub fn output(command: &mut Command, patience: Duration) -> io::Result<Option<Output>> {
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

    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    fn what_fails_says_why_in_a_line() {
        let failed = said(&mut shell("echo first >&2; echo trouble >&2; exit 3"), LONG);
        assert_eq!(failed, Err("exit status: 3: trouble".into()));
        let failed = said(&mut shell("exit 3"), LONG);
        assert_eq!(failed, Err("exit status: 3: it said nothing".into()));
        assert!(said(&mut Command::new("/no/python3"), LONG).is_err());
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let json = "some text\n[[\"thread\", \"ns\", 5], [\"lost\", \"count\", 7.5]]";
        let reported = [
            Reported("thread".into(), Unit::Ns, 5.0),
            Reported("lost".into(), Unit::Count, 7.5),
        ];
        assert_eq!(read(json), Ok(reported.into()));
        for garbage in [
            "",
            "garbage",
            "[[\"thread\", 5]]",
            "[[\"thread\", \"furlongs\", 5]]",
            "[[\"thread\", \"ns\", 1e999]]",
            "{}",
        ] {
            let problem = read(garbage).unwrap_err();
            assert!(problem.starts_with("it doesn't end with what"), "{problem}");
            assert_eq!(problem.lines().count(), 1);
        }
        let negative = read("[[\"thread\", \"ns\", -1]]");
        assert_eq!(negative, Err("thread can't be -1".into()));
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
