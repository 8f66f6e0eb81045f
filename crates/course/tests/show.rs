//! `cargo course show`, as a student calls it: the schedule that breaks an answer, or one line that says why there is none.

#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Known-wrong answers of many kinds, and the line of each that has the step which fails.
const WRONG: [(&str, &str, &str); 11] = [
    (
        "races/lost_update",
        "exchanges_without_a_loop",
        "let _ = self.visitors.compare_exchange(seen, seen + 1, SeqCst, SeqCst);",
    ),
    ("races/last_seat", "locks_twice", "*self.free.lock().unwrap() -= seats;"),
    (
        "races/transfer",
        "the_payer_first",
        "let mut receiver = accounts[to].lock().unwrap();",
    ),
    ("races/free_once", "subtracts_then_looks", "if self.handles.load(SeqCst) == 0 {"),
    ("races/load_once", "tells_one", "state = self.there.wait(state).unwrap();"),
    (
        "races/publish",
        "only_the_store",
        "ready.then(|| (self.sum.read(), self.count.read()))",
    ),
    // Its schedule is one in which a thread reads an older value.
    (
        "races/publish",
        "a_released_dummy",
        "ready.then(|| (self.sum.read(), self.count.read()))",
    ),
    ("threads/memory_budget", "if_not_while", "*free -= size;"),
    (
        "pools/crawl",
        "room_for_none",
        "receiver.into_iter().map(|page| job.index(page)).collect()",
    ),
    (
        "messages/ring",
        "frees_first",
        "Some(self.slots[(received % 2) as usize].load(SeqCst))",
    ),
    (
        "gil/biased_count",
        "looks_then_marks",
        "self.shared.fetch_add(1 << 32, Ordering::AcqRel);",
    ),
];

fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")
}

/// All tests compile in the same place; one by one.
fn one_by_one() -> MutexGuard<'static, ()> {
    static PLACE: Mutex<()> = Mutex::new(());
    PLACE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn show<A: AsRef<OsStr>>(arguments: &[A]) -> Output {
    let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
    course.env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"));
    course
        .arg("show")
        .arg("--exercises")
        .arg(exercises())
        .args(arguments)
        .output()
        .unwrap()
}

/// Shows the answer in a file, whatever walls there are.
fn show_answer(exercise: &str, answer: &Path, more: &[&str]) -> Output {
    let answer = answer.to_str().unwrap();
    let arguments = [exercise, "--trust", "--answer", answer];
    show(&[&arguments[..], more].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn wrong_answers_fail_at_a_line_of_their_own() {
    let _place = one_by_one();
    for (exercise, wrong, code) in WRONG {
        let file = exercises().join(format!("wrong/{exercise}/{wrong}.rs"));
        let output = show_answer(exercise, &file, &["--text"]);
        let shown = text(&output.stdout);
        assert!(output.status.success(), "{shown}{}", text(&output.stderr));
        let mut lines = shown.lines().skip_while(|line| !line.starts_with('✗'));
        let (step, below) =
            (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        assert_eq!(below.trim_start_matches([' ', '|']), code, "{shown}");
        // It is the student's own file that has this line.
        let number = step.split("line ").nth(1).and_then(|rest| rest.split(' ').next());
        let number: usize = number.and_then(|number| number.parse().ok()).unwrap();
        let answer = fs::read_to_string(&file).unwrap();
        assert_eq!(answer.lines().nth(number - 1).unwrap().trim(), code, "{shown}");
    }
}

#[test]
fn a_page_is_one_file_that_needs_no_network() {
    let _place = one_by_one();
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let answer = folder.path().join("answer.rs");
    // What an answer says means nothing to the browser, and nothing to a terminal.
    let stub =
        fs::read_to_string(exercises().join("wrong/races/lost_update/counts_anew.rs"));
    let nasty = "// </script><script>alert(1)</script> \u{1b}[31m & \"";
    fs::write(&answer, format!("{}\n{nasty}\n", stub.unwrap())).unwrap();
    let place = page.to_str().unwrap();
    let output = show_answer("lost_update", &answer, &["--output", place]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), format!("The schedule stands in {place}\n"));
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"), "it is shown");
    assert!(!html.contains('\u{1b}') && !html.contains("<script>alert"), "{html}");
    for outside in ["http://", "https://", "<link", "@import", " src="] {
        assert!(!html.contains(outside), "the page asks for {outside}");
    }
}

#[test]
fn where_there_is_no_schedule_one_line_says_why() {
    let _place = one_by_one();
    let folder = tempfile::tempdir().unwrap();
    let answer = |text: &str| {
        let file = folder.path().join("answer.rs");
        fs::write(&file, text).unwrap();
        file
    };
    let said = |output: Output, code| {
        let (said, complaints) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{said}{complaints}");
        let all = format!("{said}{complaints}");
        assert_eq!(all.lines().count(), 1, "{all}");
        all
    };
    let nowhere = said(show(&["lost_updates"]), 2);
    assert!(
        nowhere
            .contains("no exercise is called `lost_updates`; there are words_of_pages")
    );

    let solution = exercises().join("solutions/races/lost_update.rs");
    let passes = said(show_answer("lost_update", &solution, &["--text"]), 0);
    assert!(
        passes.contains("4 checks pass, so there is no failing schedule"),
        "{passes}"
    );

    let unexplored = said(show(&["one_per_core"]), 1);
    assert!(unexplored.contains("its checks try no schedules"), "{unexplored}");

    let broken =
        answer("pub struct Museum;\nimpl Museum { pub fn new() -> Self { 7 } }\n");
    let broken = said(show_answer("lost_update", &broken, &[]), 1);
    assert!(broken.contains("it doesn't compile: error[E0"), "{broken}");

    let refused = answer("macro_rules! mine { () => {} }\n");
    let refused = said(show_answer("lost_update", &refused, &[]), 1);
    assert!(refused.contains("the answer is refused: "), "{refused}");

    let early = exercises().join("wrong/races/load_once/reads_when_made.rs");
    let check = "reads_nothing_before_somebody_asks";
    let early = said(show_answer("load_once", &early, &["--check", check]), 1);
    assert!(early.contains("no schedule is to blame: nobody has asked yet"), "{early}");

    let check = said(show_answer("load_once", &solution, &["--check", "none"]), 2);
    assert!(check.contains("has no check `none`; there are reads_nothing"), "{check}");
}
