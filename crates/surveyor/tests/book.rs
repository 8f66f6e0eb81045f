//! `cargo book`: it measures, and hands all else over.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A project, and in it what is called instead of cargo: it says with what, and fails with 7.
fn project() -> TempDir {
    let project = TempDir::new().unwrap();
    fs::create_dir(project.path().join("book")).unwrap();
    fs::write(project.path().join("book/book.toml"), "").unwrap();
    #[cfg(unix)]
    tour::manners::write_program(
        &project.path().join("cargo"),
        "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n",
    );
    project
}

fn book(project: &Path, words: &[&str]) -> Output {
    let mut book = Command::new(env!("CARGO_BIN_EXE_book"));
    book.args(words).current_dir(project.join("book"));
    book.env("CARGO", project.join("cargo")).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
#[cfg(unix)]
fn every_other_verb_is_bookbinders() {
    let project = project();
    let manifest = project.path().canonicalize().unwrap().join("Cargo.toml");
    for words in [
        &["check"][..],
        &[],
        &["--help"],
        &["epub", "--out", "a b"],
        &["help", "measure"],
    ] {
        let output = book(project.path(), words);
        let manifest = manifest.to_str().unwrap();
        let first = ["run", "--package", "bookbinder", "--manifest-path", manifest, "--"];
        let expected: Vec<_> = first.into_iter().chain(words.iter().copied()).collect();
        assert_eq!(text(&output.stdout).lines().collect::<Vec<_>>(), expected);
        assert_eq!(output.status.code(), Some(7));
    }
}

#[test]
fn a_book_toml_that_is_none_costs_a_line() {
    let project = project();
    let file = project.path().join("book/book.toml");
    fs::write(&file, "[book]\ntitle = Threads\n").unwrap();
    let output = book(project.path(), &["measure"]);
    assert_eq!(output.status.code(), Some(1));
    let said: Vec<_> = text(&output.stderr).lines().collect();
    let [line] = said[..] else { panic!("{said:?}") };
    assert!(line.contains("book.toml:2: this is not TOML: "), "{line}");
}

#[test]
fn measure_needs_no_bookbinder() {
    let project = project();
    let output = book(project.path(), &["measure", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("cargo book measure [OPTIONS]"));
    let output = book(project.path(), &["measure", "--machine", "My Machine"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "cargo book: `My Machine` can't name a machine: use small letters, digits and -, at most 60 of them\n"
    );
}

#[test]
fn outside_of_a_project_there_is_one_line() {
    let nowhere = TempDir::new().unwrap();
    for words in [&["check"][..], &["measure"]] {
        let mut book = Command::new(env!("CARGO_BIN_EXE_book"));
        let output = book.args(words).current_dir(nowhere.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.starts_with("cargo book: there is no book/book.toml in "), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
