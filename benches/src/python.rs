//! Python as a peer: a script of ours does the same work and says how long it took.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Observer, Unit};

/// Runs `script`, a path from the root of the workspace, and takes a sample of each time
/// that it reports.
///
/// The script prints a JSON object on its last line: what was done → nanoseconds. It
/// times itself, so the interpreter's start does not count. Where there is no `python3`,
/// nothing is observed and nothing fails.
///
/// # Panics
///
/// When the script fails: it is ours, so that is a mistake of ours.
pub fn observe(observer: &mut Observer, script: &str, arguments: &[String]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = Command::new("python3")
        .arg(root.join(script))
        .args(arguments)
        .stderr(Stdio::inherit())
        .output();
    let Ok(output) = python else { return };
    assert!(output.status.success(), "{script}: {}", output.status);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let times: BTreeMap<String, f64> = serde_json::from_str(
        stdout.lines().last().unwrap_or_default(),
    )
    .unwrap_or_else(|error| {
        panic!("{script} should print its times as JSON on its last line: {error}")
    });
    for (name, ns) in times {
        observer.sample(&format!("Python: {name}"), Unit::Ns, ns);
    }
}
