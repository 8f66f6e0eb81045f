//! Python as a peer: a script of ours does the same work and says how long it took.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Observer, Unit};

/// Runs `script` and takes a sample of each time that it reports.
///
/// # Panics
///
/// As [`times`].
pub fn observe(observer: &mut Observer, script: &str, arguments: &[String]) {
    for (name, ns) in times(script, arguments) {
        observer.sample(&name, Unit::Ns, ns);
    }
}

/// Runs `script`, a path from the root of the workspace; returns what it reports: names, which
/// begin with `Python: `, and nanoseconds.
///
/// The script's last line is a JSON array of pairs: what was done, and nanoseconds. It
/// times itself, so the interpreter's start does not count. Where there is no `python3`,
/// nothing is reported and nothing fails.
///
/// # Panics
///
/// When the script fails: it is ours, so that is a mistake of ours.
pub fn times(script: &str, arguments: &[String]) -> Vec<(String, f64)> {
    if !is_here() {
        return Vec::new();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(script);
    let mut python = Command::new("python3");
    let output = python.arg(&script).args(arguments).stderr(Stdio::inherit()).output();
    let output = output
        .unwrap_or_else(|error| panic!("couldn't run {}: {error}", script.display()));
    assert!(output.status.success(), "{}: {}", script.display(), output.status);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let times = stdout.lines().last().unwrap_or_default();
    let times: Vec<(String, f64)> = serde_json::from_str(times).unwrap_or_else(|error| {
        panic!("{} should end with its times as JSON: {error}", script.display())
    });
    times.into_iter().map(|(name, ns)| (format!("Python: {name}"), ns)).collect()
}

/// Whether there is a `python3` that answers. On Windows there may be one that only tells
/// where to get another.
fn is_here() -> bool {
    let version = Command::new("python3").arg("--version").output();
    version.is_ok_and(|output| {
        output.status.success() && output.stdout.starts_with(b"Python 3")
    })
}
