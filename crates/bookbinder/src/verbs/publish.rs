//! Other forms of the book. They are made of the pages, and by another program: whoever reads in a browser
//! doesn't compile it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf, absolute};
use std::process::Command;

use surveyor::running::cargo;
use surveyor::say;

use super::build::build;

/// Builds the book, gates included, and makes `form` of it, `epub` or `pdf`; at `out`, or beside the pages.
///
/// # Errors
///
/// One line. What the gates found was printed to stderr before.
pub fn publish(root: &Path, form: &str, out: Option<PathBuf>) -> Result<(), String> {
    let page = build(root, false)?;
    let pages = page.parent().unwrap_or(root);
    say::aside(&format!(
        "Making the {form}; the first time, its program has to be compiled."
    ));
    let mut cargo = Command::new(cargo::program());
    cargo.args(["run", "--quiet", "--package", "publish", "--", form]);
    cargo.args([OsStr::new("--book"), root.join("book").as_os_str()]);
    cargo.args([OsStr::new("--pages"), pages.as_os_str()]);
    if let Some(out) = out {
        let out = absolute(&out).unwrap_or(out);
        cargo.args([OsStr::new("--out"), out.as_os_str()]);
    }
    let status = cargo.current_dir(root).status();
    let status = status.map_err(|error| format!("couldn't start cargo: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("there is no {form}; why stands above")),
    }
}
