//! Every program in `refused/` is refused by the compiler, for the reason that its first line
//! names. (`compile_fail` in a doctest checks that reason on nightly only, and the wording of
//! the error, which trybuild compares, changes with the compiler. The code doesn't.)

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("refused");
    let files = fs::read_dir(folder).expect("the folder is there");
    files.map(|file| file.expect("it can be read").path()).collect()
}

/// The codes of the errors that the compiler reports.
fn errors_in(program: &Path) -> Vec<String> {
    let out = tempfile::tempdir().expect("a folder");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let compiled = Command::new(rustc)
        .args(["--edition", "2024", "--emit", "metadata", "--error-format", "short"])
        .arg("--out-dir")
        .arg(out.path())
        .arg(program)
        .output()
        .expect("there is a compiler");
    let said = String::from_utf8_lossy(&compiled.stderr).into_owned();
    let codes = said.split("error[").skip(1).filter_map(|rest| rest.split(']').next());
    codes.map(String::from).collect()
}

#[test]
fn every_program_is_refused_for_the_reason_it_names() {
    let programs = programs();
    assert!(programs.len() >= 5);
    for program in programs {
        let text = fs::read_to_string(&program).expect("it can be read");
        let code =
            text.strip_prefix("//! error[").and_then(|rest| rest.split(']').next());
        let code = code.expect("its first line names an error").to_string();
        let errors = errors_in(&program);
        assert!(!errors.is_empty(), "{} compiles", program.display());
        assert!(
            errors.iter().all(|error| *error == code),
            "{}: {errors:?}",
            program.display()
        );
    }
}

#[test]
fn a_program_that_is_fine_is_not_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("fine.rs");
    fs::write(&program, "fn main() {}").expect("it can be written");
    assert!(errors_in(&program).is_empty());
}
