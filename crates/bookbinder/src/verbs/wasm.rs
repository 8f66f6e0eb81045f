//! Compiles what a page runs.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use surveyor::code::{Code, files};
use surveyor::running::cargo::cargo;
use surveyor::say;

use crate::kept::player::{CODE, MODULE, with_code};

const TARGET: &str = "wasm32-unknown-unknown";

/// A profile of its own, since a page that is loaded wants something small. It doesn't stand in Cargo.toml: each
/// profile there is part of the code on which every measurement stands.
const PROFILE: [&str; 6] = [
    "profile.page.inherits='release'",
    "profile.page.opt-level='s'",
    "profile.page.lto=true",
    "profile.page.codegen-units=1",
    "profile.page.panic='abort'",
    "profile.page.strip=true",
];

/// Compiles the explorer to WebAssembly and keeps the module, with the fingerprint of its code. Returns how many
/// bytes it has.
///
/// # Errors
///
/// One line, when it can't be compiled or kept; what was kept stays.
pub fn compile(root: &Path) -> Result<usize, String> {
    // Before it is compiled: what changes meanwhile isn't in it.
    let code = Code::of(root).fingerprint(&root.join(CODE))?;
    let mut cargo = cargo(root)?;
    cargo.args(["rustc", "--package", "explorer", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--target", TARGET, "--profile", "page"]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    for setting in PROFILE {
        cargo.args(["--config", setting]);
    }
    cargo.stderr(std::process::Stdio::inherit());
    let output =
        cargo.output().map_err(|error| format!("couldn't start cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "the explorer couldn't be compiled for {TARGET}; why stands above. If that is not installed: \
             `rustup target add {TARGET}`"
        ));
    }
    let lines = output.stdout.split(|byte| *byte == b'\n');
    let made = lines.filter_map(|line| serde_json::from_slice::<Made>(line).ok());
    let mut files = made.flat_map(|made| made.filenames);
    let module = files.find(|file| file.ends_with("explorer.wasm"));
    let module = module.ok_or("cargo didn't say where it has put the module")?;
    let module =
        fs::read(&module).map_err(|error| format!("couldn't read {module}: {error}"))?;
    let module = with_code(module, &code);
    files::write_whole(&root.join(MODULE), &module)?;
    say::aside(&format!("{MODULE}: {} bytes of code {code}", module.len()));
    Ok(module.len())
}

/// What cargo says when it has made something.
#[derive(Deserialize)]
struct Made {
    filenames: Vec<String>,
}
