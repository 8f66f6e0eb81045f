//! Which machine this is, and which code is checked out.

use std::path::Path;
use std::process::Command;

use sysinfo::System;

use super::child::ask;
use crate::kept::measurement::Machine;

/// The machine this runs on. What the system won't say is "unknown".
pub fn machine() -> Machine {
    let mut system = System::new();
    system.refresh_cpu_all();
    system.refresh_memory();
    let unknown = || String::from("unknown");
    Machine {
        cpu: system
            .cpus()
            .first()
            .map(|cpu| cpu.brand().trim().to_string())
            .unwrap_or_else(unknown),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory: system.total_memory(),
        os: System::long_os_version().unwrap_or_else(unknown),
        kernel: System::kernel_version().unwrap_or_else(unknown),
        rustc: version("rustc", "rustc ").unwrap_or_else(unknown),
        python: version("python3", "Python "),
    }
}

fn version(program: &str, prefix: &str) -> Option<String> {
    let said = ask(Command::new(program).arg("--version"))?;
    let version = said.trim().strip_prefix(prefix)?;
    Some(version.split(' ').next()?.to_string())
}

/// The commit checked out at `root`, with a `+` when tracked files differ from it;
/// "unknown" where git won't say.
pub fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| {
        let said = ask(Command::new("git").args(arguments).current_dir(root))?;
        Some(said.trim().to_string())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else {
        return "unknown".into();
    };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])
        .is_some_and(|files| !files.is_empty());
    commit + if changed { "+" } else { "" }
}

/// Today, in UTC, as year-month-day.
pub fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}
