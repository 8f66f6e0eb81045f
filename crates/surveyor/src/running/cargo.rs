//! Cargo, as this project is to be compiled.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use toml::{Table, Value};

use crate::code::files;

/// `cargo`, in the project at `root`. Its profiles count, also where a configuration file above the project, or in
/// somebody's home, has others: Cargo would believe that file.
///
/// # Errors
///
/// One line, when the project's manifest can't be read.
pub fn cargo(root: &Path) -> Result<Command, String> {
    let manifest = root.join("Cargo.toml");
    let at = |problem: String| format!("{}: {problem}", manifest.display());
    let text = files::text(&manifest).map_err(|error| at(error.to_string()))?;
    let manifest: Table = text.parse().map_err(|_| at("it is no TOML".into()))?;
    let mut cargo = Command::new(program());
    cargo.current_dir(root);
    for setting in
        manifest.get("profile").map(|it| settings("profile", it)).into_iter().flatten()
    {
        cargo.args(["--config", &setting]);
    }
    Ok(cargo)
}

/// Cargo itself: the one that runs this program, and otherwise the one on the path.
pub fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// What stands in `value`, as lines `key.key=value`.
fn settings(key: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Table(table) => {
            let below = |(name, value): (&String, &Value)| {
                settings(&format!("{key}.{name:?}"), value)
            };
            table.iter().flat_map(below).collect()
        }
        value => vec![format!("{key}={value}")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_become_settings() {
        let profile = "[dev]\ndebug = false\n[dev.package.\"*\"]\nopt-level = 3\nstrip = \"none\"\n";
        let profile = Value::Table(profile.parse().unwrap());
        assert_eq!(
            settings("profile", &profile),
            [
                "profile.\"dev\".\"debug\"=false",
                "profile.\"dev\".\"package\".\"*\".\"opt-level\"=3",
                "profile.\"dev\".\"package\".\"*\".\"strip\"=\"none\"",
            ]
        );
    }
}
