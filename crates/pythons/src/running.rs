//! Runs a script within a time limit, and reads what it reports.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use std::{env, mem, thread};

use serde::Deserialize;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Bytes.
    Bytes,
    /// A number of things.
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
/// The script times itself, so the interpreter's start does not count. A script that doesn't end in
/// time is killed: on Linux together with the processes that it has started, on other Unixes alone.
/// On Windows it runs on.
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

/// Runs `command`, for `patience` at most; returns what it prints.
///
/// The command sees no variable of the environment that is meant for Python, except for
/// `PYTHON_GIL`: an interpreter is measured as it was built, however the reader has set it up.
///
/// # Errors
///
/// One line: the command can't be started, fails, or doesn't end in time.
pub fn said(command: &mut Command, patience: Duration) -> Result<String, String> {
    let is_for_python = |name: &OsStr| {
        name.to_str()
            .is_some_and(|name| name.starts_with("PYTHON") && name != "PYTHON_GIL")
    };
    for (name, _) in env::vars_os().filter(|(name, _)| is_for_python(name)) {
        command.env_remove(name);
    }
    // Otherwise, Python would leave compiled files beside the modules that the scripts share.
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

/// What the error for an interpreter that doesn't answer in time begins with. A caller that sees
/// this need not ask the same interpreter again.
pub const NO_ANSWER: &str = "no answer within";

/// The error for an interpreter that doesn't answer within `patience`.
pub fn no_answer(patience: Duration) -> String {
    format!("{NO_ANSWER} {} s", patience.as_secs())
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

/// Runs `command` to its end and returns its output; `None` when it doesn't end within `patience`.
/// Then it is killed, in the way that [`run`] describes. What it prints beyond a mebibyte is left
/// out.
///
/// # Errors
///
/// When the system can't start it, or can't wait for it.
pub fn output(command: &mut Command, patience: Duration) -> io::Result<Option<Output>> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let id = child.id();
    let stdout = Gathering::of(child.stdout.take());
    let stderr = Gathering::of(child.stderr.take());
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(child.wait()));
    match ended.recv_timeout(patience) {
        Ok(status) => Ok(Some(Output {
            status: status?,
            stdout: stdout.gathered(),
            stderr: stderr.gathered(),
        })),
        Err(_) => {
            end(id);
            Ok(None)
        }
    }
}

/// What comes through a pipe, read by a thread.
struct Gathering {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: mpsc::Receiver<()>,
}

impl Gathering {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        const MOST: usize = 1 << 20;
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (end, ended) = mpsc::channel();
        let gathered = Arc::clone(&bytes);
        thread::spawn(move || {
            let _end = end;
            let Some(mut pipe) = pipe else { return };
            let mut some = [0; 4096];
            while let Ok(n @ 1..) = pipe.read(&mut some) {
                let mut bytes = gathered.lock().expect("nobody panics with it");
                let room = MOST - bytes.len();
                bytes.extend_from_slice(&some[..n.min(room)]);
            }
        });
        Self { bytes, ended }
    }

    /// What has come through the pipe, now that the process has ended. A process that it has left
    /// behind may keep the pipe open, so we wait for the end of the pipe, but not for long.
    fn gathered(self) -> Vec<u8> {
        const GRACE: Duration = Duration::from_secs(1);
        let _ = self.ended.recv_timeout(GRACE);
        mem::take(&mut *self.bytes.lock().expect("nobody panics with it"))
    }
}

/// Kills a process and its descendants. Each is stopped before its children are looked up, so that
/// it can't start others in between.
#[cfg(unix)]
fn end(process: u32) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    let pid = Pid::from_raw(process.cast_signed());
    let _ = kill(pid, Signal::SIGSTOP);
    children(process).into_iter().for_each(end);
    let _ = kill(pid, Signal::SIGKILL);
}

/// Elsewhere the process runs on until it ends by itself.
#[cfg(not(unix))]
fn end(_: u32) {}

/// The children of a process. Only Linux tells; elsewhere there are none.
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

    #[test]
    fn who_leaves_somebody_behind_has_answered_all_the_same() {
        // `sleep` is left behind, and has the pipe open, too.
        let mut script = shell("sleep 20 & echo done");
        assert_eq!(said(&mut script, LONG), Ok("done\n".into()));
    }

    #[test]
    fn who_says_too_much_is_not_heard_to_the_end() {
        let mut script = shell("head -c 3000000 /dev/zero; echo the end");
        let said = said(&mut script, LONG).unwrap();
        assert_eq!(said.len(), 1 << 20);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_does_not_answer_is_ended_with_its_children() {
        let argument = format!("1000.{}", std::process::id());
        let mut script = shell(&format!("sleep {argument} & sleep {argument}; wait"));
        let silent = said(&mut script, Duration::from_millis(500));
        assert_eq!(silent, Err("no answer within 0 s".into()));
        // The processes are killed, which takes a moment.
        let asked = std::time::Instant::now();
        while asleep(&argument) {
            assert!(asked.elapsed() < LONG, "somebody was left behind");
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
