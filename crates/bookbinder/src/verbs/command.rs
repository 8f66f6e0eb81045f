//! Runs the commands whose output the book shows.

use std::path::Path;
use std::process::Stdio;

use surveyor::running::cargo::cargo;

use crate::asking::Run;

/// Runs the command in the project at `root`; returns what it printed.
///
/// # Errors
///
/// One line, when it can't be started, fails, or prints something that is not text.
pub(super) fn output(run: &Run, root: &Path) -> Result<String, String> {
    let command = run.command();
    let output = cargo(root)?
        .arg("--quiet")
        .args(run.words())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("couldn't start `{command}`: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{command}` failed with {}", output.status));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| format!("`{command}` printed something that is not UTF-8"))
}
