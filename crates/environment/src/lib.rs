//! The environment of what grades, measures or records: one of its own making, whoever calls.
//!
//! A shell, an editor or a CI job sets variables that change how cargo compiles, and so what comes out:
//! `RUSTFLAGS="-D warnings"` refuses an answer that is right, `CARGO_PROFILE_BENCH_OPT_LEVEL` makes every number
//! another one. Nobody knows all such variables. So [`reset`] keeps those that are known to be needed, and no other.
//!
//! The program's own file may change under it as well: [`program`] finds it.

#![allow(unsafe_code)]

pub mod program;

use std::env;
use std::ffi::OsStr;

/// Where programs and files are, who calls, and how to reach others.
const KEPT: [&str; 33] = [
    // Programs and files.
    "PATH",
    "HOME",
    "TMPDIR",
    "CARGO",
    "CARGO_HOME",
    "CARGO_MANIFEST_DIR",
    "CARGO_TARGET_DIR",
    "PYENV_ROOT",
    "UV_PYTHON_INSTALL_DIR",
    "XDG_DATA_HOME",
    "SDKROOT",
    "DEVELOPER_DIR",
    // Who calls, and what their screen can show.
    "USER",
    "LOGNAME",
    "TERM",
    "NO_COLOR",
    // Others.
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    // Without these, hardly a program runs on Windows.
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
];

/// How the names of others begin that are kept: which toolchain; how cargo reaches its registry; where Windows has
/// its compilers.
const KEPT_FAMILIES: [&str; 5] =
    ["RUSTUP_", "CARGO_HTTP_", "CARGO_NET_", "PROGRAMFILES", "PROCESSOR_"];

/// Which linker there is, says the machine and not the caller: `CARGO_TARGET_…_LINKER`.
const LINKER: (&str, &str) = ("CARGO_TARGET_", "_LINKER");

/// What a configuration file of cargo says otherwise counts less than these. Empty means: none.
const SET: [(&str, &str); 3] = [
    ("CARGO_ENCODED_RUSTFLAGS", ""),
    ("RUSTC_WRAPPER", ""),
    ("RUSTC_WORKSPACE_WRAPPER", ""),
];

/// Takes everything out of this process's environment that could change what it, or whatever it starts, comes to; and
/// tells cargo to add no flags to the compiler's and put no program in its place. To be called in `main`, before there
/// are threads.
pub fn reset() {
    for (name, _) in env::vars_os().filter(|(name, _)| !is_kept(name)) {
        // SAFETY: there is no other thread that could be reading the environment.
        unsafe { env::remove_var(name) };
    }
    for (name, value) in SET {
        // SAFETY: as above.
        unsafe { env::set_var(name, value) };
    }
}

fn is_kept(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    // Proxies are named in small letters as well, and Windows doesn't distinguish them.
    let name = name.to_ascii_uppercase();
    KEPT.contains(&name.as_str())
        || KEPT_FAMILIES.iter().any(|family| name.starts_with(family))
        || (name.starts_with(LINKER.0) && name.ends_with(LINKER.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_a_result_is_not_kept() {
        for name in [
            "RUSTFLAGS",
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_PROFILE_DEV_OVERFLOW_CHECKS",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
            "RUSTC_BOOTSTRAP",
            "LD_PRELOAD",
            "PYTHONMALLOC",
            "a name that nobody knows",
        ] {
            assert!(!is_kept(OsStr::new(name)), "{name}");
        }
        for name in ["PATH", "https_proxy", "RUSTUP_TOOLCHAIN", "ProgramFiles(x86)"] {
            assert!(is_kept(OsStr::new(name)), "{name}");
        }
    }
}
