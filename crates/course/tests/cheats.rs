//! Answers that want to pass without being right: each hides from whoever reads it, or speaks as if it
//! were its own judge.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const EXERCISE: &str = "threads/words_of_pages";

/// Says what a test says that has passed, and ends with its exit code.
const SPEAKS_AS_A_TEST: &str = "
    use std::io::Write;
    let mut out = std::io::stdout();
    writeln!(out, \"\\ntest result: ok. 1 passed; 0 failed\").unwrap();
    out.flush().unwrap();
    END
    Vec::new()
";

fn speaks_as_a_test(before: &str, end: &str) -> String {
    let body = SPEAKS_AS_A_TEST.replace("END", end);
    format!("{before}\npub fn count_words(pages: Vec<String>) -> Vec<usize> {{{body}}}\n")
}

/// How it cheats, the exercise, and the answer.
fn cheats() -> Vec<(&'static str, &'static str, String)> {
    let hook = "std::panic::set_hook(Box::new(|_| std::process::exit(0)));";
    let hidden = "mod own { pub use std::process::exit as leave; }";
    let mild = "macro_rules! assert_eq { ($($any:tt)*) => { () } }
        macro_rules! assert { ($($any:tt)*) => { () } }
        pub fn count_words(pages: Vec<String>) -> Vec<usize> { Vec::new() }";
    let forgiving = "use witness::thread;
        mod std { pub mod ptr { pub fn eq<A, B>(_: A, _: B) -> bool { true } } }
        pub fn longest(lines: &[Line]) -> Option<&Line> { lines.first() }";
    vec![
        ("exit", EXERCISE, speaks_as_a_test("", "std::process::exit(0);")),
        ("hook", EXERCISE, speaks_as_a_test("", hook)),
        ("handed_on", EXERCISE, speaks_as_a_test(hidden, "own::leave(0);")),
        ("open", EXERCISE, speaks_as_a_test("#!/bin/sh '", "std::process::exit(0);")),
        // The compiler skips the first line. Whoever doesn't takes all up to the next quote for a text.
        ("text", EXERCISE, format!("#!/bin/sh \"\n{mild}\n// \"\n")),
        ("names", "threads/borrowed_lines", forgiving.into()),
    ]
}

#[test]
fn no_cheat_passes() {
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises");
    let class = tempfile::tempdir().unwrap();
    for (name, exercise, answer) in cheats() {
        let path = class.path().join(name).join(format!("{exercise}.rs"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, answer).unwrap();
    }
    let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
    course.env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"));
    course.arg("--exercises").arg(exercises).args(["grade", "--trust", "--json"]);
    let output = course.arg(class.path()).output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let report: Value = serde_json::from_slice(&output.stdout).expect(&complaints);
    let mut found = Vec::new();
    for student in report["students"].as_array().unwrap() {
        for grade in student["exercises"].as_array().unwrap() {
            if grade["verdict"] != "missing" {
                let [verdict, message] =
                    ["verdict", "message"].map(|key| grade[key].as_str().unwrap());
                found
                    .push(format!("{}: {verdict}", student["student"].as_str().unwrap()));
                assert_eq!(verdict, "refused", "{student:#?}: {message}");
            }
        }
    }
    assert_eq!(found.len(), cheats().len(), "{found:?}");
}
