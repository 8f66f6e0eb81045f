//! Where the running program lies. Whoever compiles it anew meanwhile puts another file into its place.

use std::path::PathBuf;
use std::{env, io};

/// What to start in order to start this program once more, as it is: not what somebody has compiled since.
///
/// Only Linux finds a file that was replaced; elsewhere it is the new one.
///
/// # Errors
///
/// When the system doesn't say where the program is.
pub fn itself() -> io::Result<PathBuf> {
    if cfg!(target_os = "linux") {
        Ok("/proc/self/exe".into())
    } else {
        env::current_exe()
    }
}

/// The file of this program: the new one if it was replaced. It is for others to start, and later.
///
/// # Errors
///
/// As [`itself`].
pub fn file() -> io::Result<PathBuf> {
    env::current_exe().map(without_mark)
}

/// Linux marks the name of a file that was replaced.
fn without_mark(file: PathBuf) -> PathBuf {
    match file.to_str().and_then(|name| name.strip_suffix(" (deleted)")) {
        Some(name) if cfg!(target_os = "linux") => name.into(),
        _ => file,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// A copy of these tests runs, and is removed before it looks for itself.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_finds_itself_without_its_file() {
        const COPY: &str = "ENVIRONMENT_TEST_COPY";
        const TEST: &str = "program::tests::a_program_finds_itself_without_its_file";
        let again = |program: PathBuf| {
            let mut again = Command::new(program);
            again.args(["--exact", TEST, "--nocapture"]);
            again
        };
        match env::var_os(COPY) {
            None => {
                let copy = env::temp_dir().join(format!("itself-{}", std::process::id()));
                // Another process copies it: no program starts while a child of another test can still write to it.
                let copies = Command::new("cp").arg(file().unwrap()).arg(&copy).status();
                assert!(copies.unwrap().success());
                let output = again(copy.clone()).env(COPY, &copy).output().unwrap();
                let said = String::from_utf8_lossy(&output.stdout);
                assert!(
                    output.status.success() && said.contains("started again"),
                    "{said}"
                );
            }
            Some(copy) if !copy.is_empty() => {
                fs::remove_file(&copy).unwrap();
                assert!(!env::current_exe().unwrap().exists());
                assert_eq!(file().unwrap(), PathBuf::from(copy));
                let status = again(itself().unwrap()).env(COPY, "").status().unwrap();
                assert!(status.success());
            }
            Some(_) => println!("started again"),
        }
    }
}
