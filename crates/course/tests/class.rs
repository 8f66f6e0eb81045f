//! `cargo course grade CLASS`: a folder for each student, or a clone of the project.

#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

use course::set::MARK;
use serde_json::Value;
use tempfile::TempDir;

fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")
}

fn of_ours(file: &str) -> String {
    fs::read_to_string(exercises().join(file)).unwrap()
}

fn stub(name: &str) -> String {
    of_ours(&format!("exercises/{name}.rs"))
}

/// All compile in the same place, and one test looks into it.
fn one_by_one() -> MutexGuard<'static, ()> {
    static PLACE: Mutex<()> = Mutex::new(());
    PLACE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The folders of all students.
struct Class(TempDir);

impl Class {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn put(&self, file: &str, text: &str) {
        let path = self.0.path().join("class").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn grade(&self, arguments: &[&str]) -> Output {
        let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
        course.env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"));
        course.arg("--exercises").arg(exercises()).args(["grade", "--trust"]);
        course.arg(self.0.path().join("class")).args(arguments).output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The lines of a CSV file, and what stands in one of its columns.
fn column(csv: &[u8], name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv);
    let at = reader.headers().unwrap().iter().position(|column| column == name).unwrap();
    reader.records().map(|line| line.unwrap()[at].to_string()).collect()
}

#[test]
fn a_class_is_one_csv_that_adds_up() {
    let _place = one_by_one();
    let class = Class::new();
    let pages = "threads/words_of_pages";
    let solution = of_ours(&format!("solutions/{pages}.rs"));
    let wrong = of_ours("wrong/threads/words_of_pages/joins_at_once.rs");
    class.put(&format!("ada/exercises/{pages}.rs"), &solution);
    // Untouched, in whatever way an editor has saved it.
    let untouched = "threads/few_at_once";
    let windows = format!("\u{feff}{}", stub(untouched).replace('\n', "\r\n"));
    class.put(&format!("ada/exercises/{untouched}.rs"), &windows);
    // The same answer as Ada's, from Windows, in a clone of the whole project.
    let clone = "ben/crates/exercises/exercises";
    let windows = format!("\u{feff}{}", solution.replace('\n', "\r\n"));
    class.put(&format!("{clone}/{pages}.rs"), &windows);
    class.put(&format!("{clone}/{untouched}.rs"), &stub(untouched));
    class.put(&format!("cleo/hers/exercises/{pages}.rs"), &format!("{wrong}\n{MARK}\n"));
    fs::create_dir_all(class.0.path().join("class/dan")).unwrap();
    class.put("list.csv", "ada\n");

    let feedback = class.0.path().join("feedback");
    let feedback_at = ["--csv", "--feedback", feedback.to_str().unwrap()];
    let graded = class.grade(&feedback_at);
    let (csv, complaints) = (&graded.stdout, text(&graded.stderr));
    assert_eq!(graded.status.code(), Some(1), "{}{complaints}", text(csv));
    assert!(complaints.contains("Left out, since a student hands in a folder: list.csv"));

    let [students, names, verdicts, untouched_too, passed, checks] =
        ["student", "exercise", "verdict", "untouched", "passed", "checks"]
            .map(|name| column(csv, name));
    let find = |student: &str, exercise: &str| {
        let at = (0..students.len())
            .find(|&at| students[at] == student && names[at] == exercise)
            .unwrap();
        (verdicts[at].as_str(), untouched_too[at].as_str(), passed[at].as_str())
    };
    let all = course::set::checks(&stub(pages)).len().to_string();
    assert_eq!(find("ada", pages), ("passed", "no", all.as_str()));
    assert_eq!(find("ben", pages), ("passed", "no", all.as_str()));
    assert_eq!(find("cleo", pages).0, "failed");
    for student in ["ada", "ben"] {
        assert_eq!(find(student, untouched), ("untouched", "yes", "0"));
    }
    assert_eq!(find("dan", pages), ("missing", "no", "0"));
    // Each student has a line for each exercise, and `checks` says the same for all.
    let each: BTreeSet<_> = students.iter().zip(&names).collect();
    let exercises: BTreeSet<_> = names.iter().collect();
    assert_eq!(each.len(), 4 * exercises.len());
    assert_eq!(each.len(), students.len());
    let as_many: BTreeSet<_> = names.iter().zip(&checks).collect();
    assert_eq!(as_many.len(), exercises.len(), "{as_many:?}");
    for (exercise, checks) in as_many {
        assert_eq!(*checks, course::set::checks(&stub(exercise)).len().to_string());
    }

    // Ada's and Ben's are one program.
    let graded_at = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course/graded/src");
    assert_eq!(fs::read_dir(graded_at).unwrap().count(), 2);

    // A file for each, which says what the checks said.
    let read = |student: &str| fs::read_to_string(feedback.join(student)).unwrap();
    assert!(read("ada.md").contains("Passed: `threads/words_of_pages`"));
    assert!(read("ada.md").contains("as it was handed out: `threads/few_at_once`"));
    assert!(read("cleo.md").contains("does one wait for the end of another?"));
    assert!(read("dan.md").starts_with("# dan\n\n0 of "));
    assert_eq!(fs::read_dir(&feedback).unwrap().count(), 4);

    // Another run says the same, to the byte.
    assert_eq!(text(&class.grade(&feedback_at).stdout), text(csv));
    // And so does JSON, in its way.
    let json = class.grade(&["--json"]).stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let of_json = json["students"].as_array().unwrap().iter();
    let of_json: Vec<_> = of_json
        .flat_map(|report| report["exercises"].as_array().unwrap())
        .map(|grade| grade["verdict"].as_str().unwrap().to_string())
        .collect();
    assert_eq!(of_json, verdicts);
}

/// A folder's name may be anything but a path.
#[test]
fn a_report_shows_names_and_obeys_none() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let _place = one_by_one();
    let class = Class::new();
    let pages = "threads/words_of_pages";
    let long = "L".repeat(255);
    let names: [&[u8]; 6] =
        [b"caf\xe8", b"caf\xe9", b"new\nline", b"\x1b[31mred", b"=1+1", long.as_bytes()];
    for name in names {
        let student = class.0.path().join("class").join(OsStr::from_bytes(name));
        let answer = student.join(format!("{pages}.rs"));
        fs::create_dir_all(answer.parent().unwrap()).unwrap();
        fs::write(answer, stub(pages)).unwrap();
    }
    let feedback = class.0.path().join("feedback");
    for form in ["--csv", "--json"] {
        let graded = class.grade(&[form, "--feedback", feedback.to_str().unwrap()]);
        assert_eq!(graded.status.code(), Some(1), "{}", text(&graded.stderr));
        assert!(!text(&graded.stdout).contains('\u{1b}'));
    }
    let graded = class.grade(&["--csv"]);
    let students: BTreeSet<_> = column(&graded.stdout, "student").into_iter().collect();
    assert_eq!(students.len(), names.len(), "{students:?}");
    for student in ["caf\\xe8", "caf\\xe9", "new\\nline", "\\u{1b}[31mred", "'=1+1"] {
        assert!(students.contains(student), "{student:?} of {students:?}");
    }
    assert!(!text(&class.grade(&[]).stdout).contains('\u{1b}'));
    assert_eq!(fs::read_dir(&feedback).unwrap().count(), names.len());
}

/// Real threads panic in any order and with any number; a report says the same each time.
#[test]
fn no_thread_has_a_number_in_a_report() {
    let _place = one_by_one();
    let class = Class::new();
    let pages = "threads/words_of_pages";
    let panics = "use witness::thread;
pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    let counts: Vec<_> = pages
        .into_iter()
        .map(|page| thread::spawn(move || page.len() / (page.len() - page.len())))
        .collect();
    counts.into_iter().map(|count| count.join().unwrap()).collect()
}
";
    class.put(&format!("ada/exercises/{pages}.rs"), panics);
    let graded = class.grade(&["--json"]);
    let json: Value = serde_json::from_slice(&graded.stdout).unwrap();
    let said = json["students"][0]["exercises"][0]["message"].as_str().unwrap();
    assert!(said.contains("panicked at threads/words_of_pages.rs:"), "{said}");
    let number = |line: &&str| {
        line.split_once("panicked at").is_some_and(|(before, _)| before.contains('('))
    };
    assert_eq!(said.lines().find(number), None);
}

/// The alias of the project's folder doesn't reach into the exercises, which are a workspace of their own.
#[test]
fn cargo_course_works_among_the_exercises() {
    let _place = one_by_one();
    let config = of_ours(".cargo/config.toml");
    let alias =
        config.lines().find_map(|line| line.strip_prefix("course = \"run ")).unwrap();
    let words: Vec<_> = alias.trim_end_matches('"').split_whitespace().collect();
    let after = |word: &str| words[words.iter().position(|it| *it == word).unwrap() + 1];
    let cargo = Command::new("cargo")
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .args(["--manifest-path", after("--manifest-path")])
        .current_dir(exercises())
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&cargo.stdout).unwrap();
    let mut packages = said["packages"].as_array().unwrap().iter();
    let package = after("--package");
    assert!(packages.any(|it| it["name"] == package), "{}", text(&cargo.stderr));
    // Whoever calls from there need not say where the exercises are.
    let output = Command::new(env!("CARGO_BIN_EXE_course"))
        .args(["grade", "--trust", "/nowhere"])
        .env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"))
        .current_dir(exercises())
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(said.ends_with("cargo course: /nowhere is no folder\n"), "{said}");
}
