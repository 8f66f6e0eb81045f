//! `cargo course`, as a person calls it, on copies of an exercise that something was done to.

#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, iter};

use course::set::{MARK, join, split};
use serde_json::Value;
use tempfile::TempDir;

/// The exercise that all this happens to, and its part.
const EXERCISE: (&str, &str) = ("threads", "words_of_pages");

/// Its stub, whatever somebody has written into theirs.
const STUB: &str = "//! # Many pages, one thread each
//!
//! Chapter: threads/starting.md

pub fn count_words(pages: Vec<String>) -> Vec<usize> {
    // TODO: One thread for each page.
    pages.iter().map(|page| page.split_whitespace().count()).collect()
}
";

fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")
}

/// All tests compile in the same place, so that they compile only what differs; one by one.
fn one_by_one() -> MutexGuard<'static, ()> {
    static PLACE: Mutex<()> = Mutex::new(());
    PLACE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(arguments).env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"));
    command
}

fn course(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A copy of the set, with only one of its exercises.
struct Copy {
    folder: TempDir,
}

impl Copy {
    fn new() -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap() };
        let (part, name) = EXERCISE;
        let chapter = copy.folder.path().join("book/src/threads");
        fs::create_dir_all(&chapter).unwrap();
        fs::write(chapter.join("starting.md"), "").unwrap();
        let there = exercises();
        let solution = format!("solutions/{part}/{name}.rs");
        let text = fs::read_to_string(there.join(&solution)).unwrap();
        copy.write(&solution, &text);
        copy.write(&format!("exercises/{part}/{name}.rs"), &join(STUB, split(&text).1));
        for kind in ["right", "wrong"] {
            let folder = format!("{kind}/{part}/{name}");
            for entry in fs::read_dir(there.join(&folder)).unwrap() {
                let path = entry.unwrap().path();
                let file = path.file_name().unwrap().to_str().unwrap();
                copy.write(
                    &format!("{folder}/{file}"),
                    &fs::read_to_string(&path).unwrap(),
                );
            }
        }
        let info = fs::read_to_string(there.join("info.toml")).unwrap();
        let (head, entries) = info.split_once("[[exercises]]").unwrap();
        let ours = |entry: &&str| entry.contains(&format!("name = \"{name}\""));
        let entry = entries.split("[[exercises]]").find(ours).unwrap();
        copy.write("info.toml", &format!("{head}[[exercises]]{entry}"));
        let witness = there.join("../witness").canonicalize().unwrap();
        let manifest = fs::read_to_string(there.join("Cargo.toml")).unwrap();
        copy.write(
            "Cargo.toml",
            &manifest.replace("../witness", witness.to_str().unwrap()),
        );
        for file in ["Cargo.lock", "clippy.toml"] {
            fs::copy(there.join(file), copy.root().join(file)).unwrap();
        }
        assert!(copy.course(&["tidy"]).status.success());
        copy
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("crates/exercises")
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes the exercise's file in `folder`: what `from` is, becomes `to`.
    fn change(&self, folder: &str, from: &str, to: &str) {
        let (part, name) = EXERCISE;
        self.change_file(&format!("{folder}/{part}/{name}.rs"), from, to);
    }

    fn change_info(&self, from: &str, to: &str) {
        self.change_file("info.toml", from, to);
    }

    fn change_right(&self, right: &str, from: &str, to: &str) {
        let (part, name) = EXERCISE;
        self.change_file(&format!("right/{part}/{name}/{right}.rs"), from, to);
    }

    fn change_wrong(&self, wrong: &str, from: &str, to: &str) {
        let (part, name) = EXERCISE;
        self.change_file(&format!("wrong/{part}/{name}/{wrong}.rs"), from, to);
    }

    fn change_file(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root().join(file)).unwrap();
        assert!(text.contains(from), "no {from:?} in {file}");
        self.write(file, &text.replacen(from, to, 1));
    }

    fn course(&self, arguments: &[&str]) -> Output {
        let root = self.root();
        let arguments: Vec<_> = iter::once("--exercises")
            .chain([root.to_str().unwrap()])
            .chain(arguments.iter().copied())
            .collect();
        course(&arguments)
    }

    /// What `verify` finds. After changes of the checks, they are made the same everywhere.
    fn findings(&self) -> Vec<String> {
        assert!(self.course(&["tidy"]).status.success());
        self.findings_as_it_is()
    }

    fn findings_as_it_is(&self) -> Vec<String> {
        let output = self.course(&["verify"]);
        let (said, complaints) = (text(&output.stdout), text(&output.stderr));
        let findings: Vec<String> = complaints
            .lines()
            // It may wait for another test's.
            .filter(|line| {
                !line.starts_with("    ") && !line.contains("waiting for another")
            })
            .map(String::from)
            .collect();
        assert!(
            said.contains(&format!("{} findings", findings.len())),
            "{said}{complaints}"
        );
        assert_eq!(
            output.status.code(),
            Some(i32::from(!findings.is_empty())),
            "{complaints}"
        );
        findings
    }
}

/// Where verdicts are remembered.
fn notebook() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("course/verdicts")
}

#[track_caller]
fn found(findings: &[String], words: &str) {
    assert!(
        findings.iter().any(|finding| finding.contains(words)),
        "no {words:?} in {findings:#?}"
    );
}

#[test]
fn verify_proves_and_remembers() {
    let _place = one_by_one();
    let copy = Copy::new();
    assert_eq!(copy.findings(), [""; 0]);
    let seen = fs::read_to_string(notebook()).unwrap();
    assert_eq!(copy.findings(), [""; 0]);
    assert_eq!(fs::read_to_string(notebook()).unwrap(), seen, "nothing was tried twice");
}

/// Of a wrong answer only the checks run that are meant for it: what is remembered says nothing of others.
#[test]
fn another_check_for_a_wrong_answer_is_run() {
    let _place = one_by_one();
    let copy = Copy::new();
    // Before, all checks of this program may have run.
    let _ = fs::remove_file(notebook());
    let mut meant = "all_threads_may_run_at_once";
    for other in ["words_stand_between_white_space", "counts_in_the_order_of_the_pages"] {
        copy.change_wrong("joins_at_once", meant, other);
        found(&copy.findings(), &format!("joins_at_once.rs: `{other}` doesn't catch it"));
        meant = other;
    }
}

/// Whoever starts it may ignore SIGCHLD: it still finds out how answers end.
#[test]
fn inherited_signals_do_not_matter() {
    let _place = one_by_one();
    let student = tempfile::tempdir().unwrap();
    let copy = Copy::new();
    let (part, name) = EXERCISE;
    let answer = student.path().join(format!("exercises/{part}/{name}.rs"));
    fs::create_dir_all(answer.parent().unwrap()).unwrap();
    let solution = copy.root().join(format!("solutions/{part}/{name}.rs"));
    fs::copy(solution, answer).unwrap();
    let root = copy.root();
    let mut grade = command(&[
        "--exercises",
        root.to_str().unwrap(),
        "grade",
        student.path().to_str().unwrap(),
        "--trust",
    ]);
    tour::signals::spoil(&mut grade);
    let output = grade.output().unwrap();
    let (said, complaints) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}{complaints}");
}

#[test]
fn a_check_that_is_deleted_is_missed() {
    let _place = one_by_one();
    let copy = Copy::new();
    let file = copy.root().join("exercises/threads/words_of_pages.rs");
    let stub = fs::read_to_string(&file).unwrap();
    let checks: Vec<_> = split(&stub).1.split("    #[test]\n").collect();
    for deleted in 1..checks.len() {
        let name =
            checks[deleted].trim().trim_start_matches("fn ").split('(').next().unwrap();
        let mut rest = checks.clone();
        rest.remove(deleted);
        let mut rest = rest.join("    #[test]\n");
        if deleted == checks.len() - 1 {
            rest.push_str("}\n");
        }
        fs::write(&file, format!("{}{rest}", split(&stub).0)).unwrap();
        found(&copy.findings(), &format!("there is no check `{name}`"));
    }
}

#[test]
fn a_check_that_lets_all_pass_is_found() {
    let _place = one_by_one();
    let copy = Copy::new();
    copy.change("exercises", "most, number,", "most > 0, true,");
    found(
        &copy.findings(),
        "joins_at_once.rs: `all_threads_may_run_at_once` doesn't catch it",
    );
}

#[test]
fn a_stub_that_passes_and_a_solution_that_fails_are_found() {
    let _place = one_by_one();
    let copy = Copy::new();
    let (part, name) = EXERCISE;
    let read = |folder: &str| {
        fs::read_to_string(copy.root().join(format!("{folder}/{part}/{name}.rs")))
            .unwrap()
    };
    let (stub, solution) = (read("exercises"), read("solutions"));
    copy.write(&format!("exercises/{part}/{name}.rs"), &format!("// TODO\n{solution}"));
    let broken = stub.replace("//!\n", "//! Why: it isn't.\n");
    copy.write(&format!("solutions/{part}/{name}.rs"), &broken);
    let findings = copy.findings();
    found(&findings, "the stub passes already");
    found(&findings, "the solution doesn't pass: failed");
}

#[test]
fn a_right_answer_that_is_refused_is_found() {
    let _place = one_by_one();
    let copy = Copy::new();
    copy.change_right("a_scope", "split_whitespace()", "chars()");
    copy.change_right("a_lock", "use witness::sync::{Arc, Mutex};", "use std::sync::*;");
    copy.change_right("a_channel", "//! Right: ", "//! ");
    let findings = copy.findings();
    found(&findings, "a_channel.rs: it begins with `//! Right: …`");
    copy.change_right("a_channel", "//! ", "//! Right: ");
    let findings = copy.findings();
    found(&findings, "a_scope.rs: it is right, and doesn't pass: failed");
    found(&findings, "a_lock.rs: it is right, and doesn't pass: ");
    let all = fs::read_dir(copy.root().join("right/threads/words_of_pages")).unwrap();
    for right in
        all.map(Result::unwrap).filter(|right| right.file_name() != "a_channel.rs")
    {
        fs::remove_file(right.path()).unwrap();
    }
    found(&copy.findings(), "at least 2 right answers");
}

#[test]
fn other_words_than_declared_are_found() {
    let _place = one_by_one();
    let copy = Copy::new();
    copy.change_info("stub = \"threads for 3 pages\"", "stub = \"the moon\"");
    copy.change_wrong(
        "joins_at_once",
        "does one wait for the end of another?",
        "the sun",
    );
    copy.change_wrong("one_thread_for_all", "pages.iter()", "pages.item()");
    let findings = copy.findings();
    found(&findings, "the stub doesn't fail with \"the moon\"");
    found(&findings, "doesn't catch it with \"the sun\"");
    found(&findings, "one_thread_for_all.rs: it doesn't compile");
}

#[test]
fn what_is_missing_is_found_before_anything_runs() {
    let _place = one_by_one();
    let copy = Copy::new();
    copy.change_info("minutes = 10", "minutes = 99");
    copy.change_info("threads/starting.md", "threads/nowhere.md");
    copy.change_info("\n2. ", "\n7. ");
    copy.change_info("\n1. ", &format!("\n1. {} ", "m".repeat(80)));
    copy.change("exercises", "// TODO", "// DONE");
    copy.change("solutions", "//! Why: ", "//! ");
    copy.write("wrong/threads/words_of_pages/silent.rs", "fn nothing() {}\n");
    let findings = copy.findings();
    for words in [
        "99 minutes",
        "there is no chapter threads/nowhere.md",
        "numbered from 1 on",
        "has more than 80 columns",
        "no `// TODO` says where to begin",
        "write `//! Chapter: threads/nowhere.md`",
        "no paragraph `//! Why: …`",
        "silent.rs: it begins with",
    ] {
        found(&findings, words);
    }
    fs::remove_dir_all(copy.root().join("wrong/threads/words_of_pages")).unwrap();
    found(&copy.findings(), "at least 2 wrong answers");
}

#[test]
fn checks_that_differ_are_found_and_tidied() {
    let _place = one_by_one();
    let copy = Copy::new();
    copy.change("solutions", MARK, &format!("{MARK}\n// Mine."));
    found(
        &copy.findings_as_it_is(),
        "solutions/threads/words_of_pages.rs: run `cargo course tidy`",
    );
    assert_eq!(copy.findings(), [""; 0]);
}

#[test]
fn grade_tells_right_wrong_hanging_forking_not_compiling_and_missing() {
    let _place = one_by_one();
    let folder = tempfile::tempdir().unwrap();
    let answer = |name: &str, text: &str| {
        let path = folder.path().join(format!("exercises/{name}.rs"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let of_ours = |file: &str| fs::read_to_string(exercises().join(file)).unwrap();
    answer("threads/words_of_pages", &of_ours("solutions/threads/words_of_pages.rs"));
    // A student's own checks don't count.
    let wrong = of_ours("wrong/threads/few_at_once/one_each.rs");
    answer("threads/few_at_once", &format!("{wrong}\n{MARK}\nfn main() {{}}\n"));
    let borrowed = "pub fn longest(lines: &[Line]) -> Option<&Line> {
        witness::thread::spawn(move || lines.len());
        lines.first()
    }";
    answer("threads/borrowed_lines", borrowed);
    let searching = "use witness::thread;
        pub fn search_and_draw(
            screen: &Screen,
            search: impl FnOnce() -> String + Send + 'static,
        ) {
            loop {
                thread::yield_now();
            }
        }";
    answer("threads/frames_go_on", searching);
    // Its processes would be some hundreds, each for a long time: as many as can do no harm
    // here.
    let marker = format!("course-test-{}", std::process::id());
    let script =
        "f() { if [ $1 -gt 0 ]; then f $(($1-1)) & f $(($1-1)) & fi; sleep 1000; }; f 8";
    let forking = format!(
        "pub fn run_all(jobs: &[String], cores: usize) -> Vec<String> {{
            let mut sh = witness::process::Command::new(\"sh\");
            sh.args([\"-c\", {script:?}, {marker:?}]).status().unwrap();
            vec![]
        }}"
    );
    answer("processes/one_per_core", &forking);
    // Each of these starts the next one and ends, so there is hardly anything to be seen.
    let link = format!("N=$((N+1)); [ $N -lt 3000 ] && sh -c 'eval \"$S\"' {marker} &");
    let right = of_ours("solutions/threads/fair_shares.rs");
    let chain = format!(
        "    if numbers.len() == 100 {{
            witness::process::Command::new(\"sh\")
                .args([\"-c\", \"export S=\\\"$1\\\" N=0; eval \\\"$S\\\"\", \"sh\", {link:?}])
                .status()
                .unwrap();
        }}\n"
    );
    let begin = "    let workers = workers.min(numbers.len());\n";
    assert!(right.contains(begin));
    answer("threads/fair_shares", &right.replacen(begin, &format!("{chain}{begin}"), 1));
    // One is a link to what never ends, one takes no room on the disk and all of the memory, one
    // takes in an answer that is right.
    let races = folder.path().join("exercises/races");
    fs::create_dir_all(&races).unwrap();
    std::os::unix::fs::symlink("/proc/kmsg", races.join("free_once.rs")).unwrap();
    fs::File::create(races.join("publish.rs")).unwrap().set_len(1 << 40).unwrap();
    let solution =
        exercises().join("solutions/races/transfer.rs").canonicalize().unwrap();
    let taken = format!("#[path = {solution:?}] mod theirs; pub use theirs::*;");
    answer("races/transfer", &taken);
    let loud = "use witness::sync::{Mutex, MutexGuard};
    use witness::{Gauge, thread};
    pub fn fetch(_: &Thread, _: &Site, _: &Text, _: &List) -> Result<(), Missing> {
        panic!(\"\\u{1b}[2J \\u{7} \\u{202e} {}\", \"long \".repeat(20_000))
    }";
    answer("gil/let_go", loud);
    let long = "x".repeat(200_000);
    answer("messages/ring", &format!("compile_error!(\"{long}\");"));
    let cheating = "use witness::sync::atomic::{AtomicU64, Ordering};
        macro_rules ! assert { ($($any:tt)*) => { () } }";
    answer("races/lost_update", cheating);
    fs::write(folder.path().join("exercises/races/last_seat.rs"), b"// caf\xe9\n")
        .unwrap();

    let output = course(&[
        "--exercises",
        exercises().to_str().unwrap(),
        "grade",
        folder.path().to_str().unwrap(),
        "--json",
        "--trust",
    ]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let grades = report["exercises"].as_array().unwrap();
    for (name, expected, words) in [
        ("threads/words_of_pages", "passed", ""),
        ("threads/few_at_once", "failed", "3 visitors at once"),
        ("threads/borrowed_lines", "doesn't compile", "borrowed data escapes"),
        ("threads/frames_go_on", "hung", "it doesn't end"),
        ("processes/one_per_core", "too much", "killed when it was"),
        ("races/lost_update", "refused", "defines no macros"),
        ("races/last_seat", "refused", "no UTF-8"),
        ("races/free_once", "refused", "behind a symbolic link"),
        ("races/publish", "refused", "has 1099511627776 bytes"),
        ("races/transfer", "refused", "takes in no other"),
        ("messages/ring", "doesn't compile", "xxxxx"),
        ("gil/let_go", "failed", r"\u{1b}[2J \u{7} \u{202e} long long"),
    ] {
        let grade = grades.iter().find(|grade| grade["exercise"] == *name).unwrap();
        let (word, message) = (grade["verdict"].as_str().unwrap(), &grade["message"]);
        assert_eq!(word, expected, "{name}: {message}");
        assert!(message.as_str().unwrap().contains(words), "{name}: {message}");
    }
    // How many of a chain somebody sees at once is chance; that it is there is not.
    let chain =
        grades.iter().find(|grade| grade["exercise"] == "threads/fair_shares").unwrap();
    assert!(
        ["failed", "too much"].contains(&chain["verdict"].as_str().unwrap()),
        "{chain}"
    );
    assert!(chain["checks"].to_string().contains("it left processes running"), "{chain}");
    let missing = |grade: &&Value| grade["verdict"] == "missing";
    let total = report["total"].as_u64().unwrap();
    let missed = grades.iter().filter(missing).count();
    assert_eq!((missed as u64, report["passed"].as_u64()), (total - 13, Some(1)));
    let written = text(&output.stdout);
    assert!(written.len() < 200_000, "a report of {} bytes", written.len());
    for obeyed in ["\\u001b", "\\u0007", "\u{202e}"] {
        assert!(!written.contains(obeyed), "{obeyed} is in the report");
    }
    assert!(report["walls"]["running"]["room"].is_string(), "{}", report["walls"]);

    // Nothing of it lives on.
    let living = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        fs::read_to_string(entry.unwrap().path().join("cmdline")).ok()
    });
    assert_eq!(living.filter(|command| command.contains(&marker)).count(), 0);
}

#[test]
fn complaints_are_one_line_and_say_what_to_do() {
    let _place = one_by_one();
    for (arguments, words) in [
        (&["grade", "--trust", "/nowhere"][..], "/nowhere is no folder"),
        (
            &["grade", "--trust", "/proc/self/fdinfo"],
            "holds no answer; one would be exercises/threads/",
        ),
        (
            &["verify", "no such thing"],
            "no exercise is called `no such thing`; there are threads/",
        ),
        (&["--exercises", "/nowhere", "verify"], "/nowhere/info.toml: No such file"),
    ] {
        let output = course(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.starts_with("cargo course: ") && said.contains(words), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
