//! Python as a peer: a script of ours does the same work and says how long it took, on the `python3`
//! of this machine or on every CPython there is.
//!
//! An interpreter with which something is wrong costs its own measurements and no others: a line
//! on stderr says what it is.

use std::collections::HashSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use pythons::running::{self, Reported};
use pythons::{FOUND, Found, Python, asking};

use crate::{Observer, Unit, WITHOUT_PYTHON};

/// How long a script may take on `python3`.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long a script may take on each interpreter, if it runs on all of them.
const PATIENCE_WITH_EACH: Duration = Duration::from_secs(60);
/// The same limits for a first look.
const LITTLE_PATIENCE: Duration = Duration::from_secs(60);
const LITTLE_PATIENCE_WITH_EACH: Duration = Duration::from_secs(20);

/// The interpreters of this machine. The program that starts this one may have looked for them
/// already; then the variable [`FOUND`] says what it has found.
static ALL: LazyLock<Vec<Found>> = LazyLock::new(|| match env::var(FOUND) {
    Ok(found) => serde_json::from_str(&found).unwrap_or_else(|error| {
        eprintln!("not measured: every Python: {FOUND} can't be read: {error}");
        Vec::new()
    }),
    Err(_) => {
        let findings = pythons::find(&[]);
        for problem in findings.problems {
            eprintln!("not measured: {problem}");
        }
        findings.found
    }
});

/// The interpreters on which a script has failed. No other one runs there.
static FAILED: LazyLock<Mutex<HashSet<PathBuf>>> = LazyLock::new(Mutex::default);

/// Runs `script` on `python3` and takes a sample of each time that it reports; see [`times`].
pub fn observe(observer: &mut Observer, script: &str, arguments: &[String]) {
    for (name, ns) in times(observer, script, arguments) {
        observer.sample(&name, Unit::Ns, ns);
    }
}

/// The arguments that make a script hurry, if `observer` is to be quick.
pub fn hurry(observer: &Observer) -> Vec<String> {
    observer.is_quick().then(|| "--quick".into()).into_iter().collect()
}

/// Runs `script`, a path from the root of the workspace, on `python3`; returns the times that it
/// reports: names, which begin with `Python: `, and nanoseconds. See [`pythons::running`].
///
/// Where there is no `python3`, nothing is reported and nothing fails. When a script fails, says
/// something else or doesn't end, a line on stderr says so, and `python3` runs nothing from then on.
pub fn times(
    observer: &Observer,
    script: &str,
    arguments: &[String],
) -> Vec<(String, f64)> {
    if WITHOUT_PYTHON.load(Relaxed) {
        return Vec::new();
    }
    let patience = if observer.is_quick() { LITTLE_PATIENCE } else { PATIENCE };
    let python = Path::new("python3");
    let reported = match is_here(Command::new(python).arg("--version")) {
        Ok(false) => return Vec::new(),
        Ok(true) => running::run(python, &file(script), arguments, patience),
        Err(problem) => Err(problem),
    };
    let reported = reported.unwrap_or_else(|problem| {
        WITHOUT_PYTHON.store(true, Relaxed);
        eprintln!("not measured: python3 {script}: {problem}");
        Vec::new()
    });
    reported
        .into_iter()
        .map(|Reported(name, _, ns)| (format!("Python: {name}"), ns))
        .collect()
}

/// Runs `script`, a path from the root of the workspace, on every CPython that there is, and takes
/// a sample of each number that it reports: its id ends with the name of the interpreter, such as
/// `CPython 3.12`. An interpreter on which a script fails or hangs runs nothing from then on, and a
/// line on stderr says so.
pub fn on_each(observer: &mut Observer, script: &str, arguments: &[String]) {
    on_each_as(observer, script, arguments, str::to_string);
}

/// Like [`on_each`], but what the script calls `name` is called `rename(name)`.
pub fn on_each_as(
    observer: &mut Observer,
    script: &str,
    arguments: &[String],
    rename: impl Fn(&str) -> String,
) {
    with_each(|python, run| {
        for Reported(name, counts, value) in run(observer, script, arguments) {
            let id = format!("{}/{}", rename(&name), python.name);
            observer.sample(&id, unit(counts), value);
        }
    });
}

/// Runs a script with arguments on an interpreter, and returns what it reports: nothing when that
/// goes wrong.
pub type Run<'a> = &'a (dyn Fn(&Observer, &str, &[String]) -> Vec<Reported> + Sync);

/// Calls `observe` with every CPython that there is, and with what runs a script on it. Where a script
/// has failed, that reports nothing.
pub fn with_each(mut observe: impl FnMut(&Python, Run)) {
    // `cargo test` only tries whether the scripts run, so the newest interpreter stands for all.
    let is_trial = !env::args().any(|argument| argument == "--bench");
    let all = if is_trial { &ALL[ALL.len().saturating_sub(1)..] } else { &ALL };
    for found in all {
        observe(&found.python, &|observer, script, arguments| {
            let failed = || FAILED.lock().unwrap_or_else(PoisonError::into_inner);
            if failed().contains(&found.path) {
                return Vec::new();
            }
            let patience = match observer.is_quick() {
                true => LITTLE_PATIENCE_WITH_EACH,
                false => PATIENCE_WITH_EACH,
            };
            let reported = running::run(&found.path, &file(script), arguments, patience);
            reported.unwrap_or_else(|problem| {
                failed().insert(found.path.clone());
                eprintln!("not measured: {}: {script}: {problem}", found.python.name);
                Vec::new()
            })
        });
    }
}

fn unit(unit: running::Unit) -> Unit {
    match unit {
        running::Unit::Ns => Unit::Ns,
        running::Unit::Bytes => Unit::Bytes,
        running::Unit::Count => Unit::Count,
        running::Unit::Ratio => Unit::Ratio,
    }
}

fn file(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(script)
}

/// Whether there is a Python 3 that answers. On Windows there may be a `python3` that only tells
/// where to get one.
fn is_here(version: &mut Command) -> Result<bool, String> {
    match running::output(version, asking::PATIENCE) {
        Ok(Some(output)) => {
            Ok(output.status.success() && output.stdout.starts_with(b"Python 3"))
        }
        Ok(None) => Err(running::no_answer(asking::PATIENCE)),
        Err(_) => Ok(false),
    }
}
