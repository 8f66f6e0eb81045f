//! `cargo course grade` where the caller's environment, or the machine, isn't as one would wish: the
//! right verdict, or exit code 2 and one line with the cause.

#![cfg(target_os = "linux")]

use std::ffi::OsString;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs};

use tempfile::TempDir;

const EXERCISE: &str = "threads/words_of_pages";

/// Those that write into the place where all compile.
fn one_by_one() -> MutexGuard<'static, ()> {
    static PLACE: Mutex<()> = Mutex::new(());
    PLACE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn place() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")
}

/// A student's folder with a right answer, about which the compiler warns, and which nobody has handed in before.
fn right_answer() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let solution = exercises().join(format!("solutions/{EXERCISE}.rs"));
    let solution = fs::read_to_string(solution).unwrap();
    let head = solution.find("use witness").unwrap();
    let (head, code) = solution.split_at(head);
    let answer = folder.path().join(format!("exercises/{EXERCISE}.rs"));
    fs::create_dir_all(answer.parent().unwrap()).unwrap();
    // Its name in capital letters earns a warning.
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    fs::write(answer, format!("{head}pub fn IN_CAPITALS_{name}() {{}}\n{code}")).unwrap();
    folder
}

/// The arguments that grade a student's folder.
fn grade(student: &TempDir) -> Vec<OsString> {
    let words = ["--exercises".into(), exercises().into(), "grade".into()];
    let rest = [student.path().into(), "--csv".into(), "--trust".into()];
    words.into_iter().chain(rest).collect()
}

fn course() -> Command {
    let mut course = Command::new(env!("CARGO_BIN_EXE_course"));
    course.env("CARGO_TARGET_DIR", place());
    course
}

#[track_caller]
fn passed(output: &Output) {
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("{EXERCISE},passed,")), "{said}{complaints}");
}

/// Exit code 2, no report, and a line with the cause.
#[track_caller]
fn no_verdict(output: &Output, cause: &str) {
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}{complaints}");
    assert_eq!((said.as_ref(), complaints.lines().count()), ("", 1), "{complaints}");
    assert!(complaints.starts_with("cargo course: this machine can't "), "{complaints}");
    assert!(complaints.contains(cause), "{complaints}");
}

/// The right verdict, or none. In a room of its own an answer sees nothing of what is in the way.
#[track_caller]
fn passed_or_no_verdict(output: &Output, cause: &str) {
    if output.status.code() == Some(2) {
        no_verdict(output, cause);
    } else {
        passed(output);
    }
}

/// A file that is removed again.
struct File(PathBuf);

impl File {
    fn new(path: PathBuf, text: &str) -> Self {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Each of these alone would refuse the answer, or keep it from being compiled.
#[test]
fn the_caller_s_environment_changes_nothing() {
    let _place = one_by_one();
    let student = right_answer();
    let config = "[build]\nrustflags = [\"-D\", \"warnings\"]\nrustc-wrapper = \"false\"\n\
                  [profile.dev]\ndebug-assertions = false\noverflow-checks = false\n";
    let _above = File::new(place().join(".cargo/config.toml"), config);
    let output = course()
        .args(grade(&student))
        .env("RUSTFLAGS", "-D warnings")
        .env("CARGO_ENCODED_RUSTFLAGS", "-D\u{1f}warnings")
        .env("CARGO_BUILD_RUSTFLAGS", "-D warnings")
        .env("RUSTC_WRAPPER", "false")
        .env("RUSTC_WORKSPACE_WRAPPER", "false")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "none of these")
        .env("RUST_TEST_THREADS", "none")
        .output()
        .unwrap();
    passed(&output);
}

/// An overflow panics in an exercise, whatever cargo's configuration says.
#[test]
fn what_a_configuration_file_says_of_overflows_doesn_t_count() {
    let _place = one_by_one();
    let student = right_answer();
    let config = "[profile.dev]\ndebug-assertions = false\noverflow-checks = false\n";
    let _above = File::new(place().join(".cargo/config.toml"), config);
    let answer = student.path().join(format!("exercises/{EXERCISE}.rs"));
    let right = fs::read_to_string(&answer).unwrap();
    let begin = right.find('{').unwrap();
    let begin =
        begin + right[begin..].find("Vec<usize> {\n").unwrap() + "Vec<usize> {\n".len();
    let overflow =
        "    let last = u8::MAX - pages.len().min(0) as u8;\n    let _ = last + 1;\n";
    fs::write(&answer, format!("{}{overflow}{}", &right[..begin], &right[begin..]))
        .unwrap();
    let output = course().args(grade(&student)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("attempt to add with overflow"), "{said}");
}

#[test]
fn a_linker_that_fails_is_no_verdict() {
    let _place = one_by_one();
    let student = right_answer();
    let folder = tempfile::tempdir().unwrap();
    let cc = folder.path().join("cc");
    tour::manners::write_program(&cc, "#!/bin/sh\nexit 1\n");
    let path = env::var_os("PATH").unwrap();
    let path = [folder.path().into()].into_iter().chain(env::split_paths(&path));
    let output = course()
        .args(grade(&student))
        .env("PATH", env::join_paths(path).unwrap())
        .output()
        .unwrap();
    passed_or_no_verdict(&output, "linking with `cc` failed: exit status: 1");
    // Which linker there is, says the machine.
    let linker = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER";
    let mut course = course();
    course.args(grade(&student)).env("CARGO_TARGET_DIR", folder.path().join("target"));
    let output = course.env(linker, "false").output().unwrap();
    if cfg!(target_arch = "x86_64") {
        no_verdict(&output, "linking with `false` failed: exit status: 1");
    }
}

/// Runs it where the folder that `variable` names has room for `room` and no more. Nothing, where nobody
/// may mount such a folder.
fn on_a_full_disk(variable: &str, room: &str, student: &TempDir) -> Option<Output> {
    let small = tempfile::tempdir().unwrap();
    let mount = format!(
        "mount -t tmpfs -o size={room} tmpfs \"$SMALL\" || exit 99; \
         mkdir -p \"$SMALL/some\"; exec \"$@\""
    );
    let in_a_namespace = |script: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "sh", "-c", script, "sh"]);
        unshare.env("SMALL", small.path());
        unshare
    };
    let tried = in_a_namespace(&mount).arg("true").output();
    if !tried.is_ok_and(|tried| tried.status.success()) {
        eprintln!("not tested: a full disk; nobody may mount one here");
        return None;
    }
    let mut course = in_a_namespace(&mount);
    course.arg(env!("CARGO_BIN_EXE_course")).args(grade(student));
    course.env("CARGO_TARGET_DIR", place()).env(variable, small.path().join("some"));
    Some(course.output().unwrap())
}

#[test]
fn a_full_disk_is_no_verdict() {
    let _place = one_by_one();
    let student = right_answer();
    let cause = "No space left on device (os error 28)";
    if let Some(output) = on_a_full_disk("CARGO_TARGET_DIR", "2m", &student) {
        no_verdict(&output, cause);
    }
    if let Some(output) = on_a_full_disk("TMPDIR", "4k", &student) {
        passed_or_no_verdict(&output, cause);
    }
}

/// Limits that are lower than ours are left as they are. Who may raise them first puts that away.
#[test]
fn lower_limits_are_no_trouble() {
    let _place = one_by_one();
    let student = right_answer();
    for limits in ["ulimit -u 200 2>/dev/null || ulimit -p 200", "ulimit -f 500000"] {
        let script = format!("{limits}; exec \"$@\"");
        let with_limits = |program: &str| {
            let mut command = Command::new("setpriv");
            let less = ["--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource"];
            command.args(less).args(["sh", "-c", &script, "sh", program]);
            command
        };
        let may = with_limits("true").output();
        let mut limited = if may.is_ok_and(|may| may.status.success()) {
            with_limits(env!("CARGO_BIN_EXE_course"))
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_course")]);
            command
        };
        let output =
            limited.args(grade(&student)).env("CARGO_TARGET_DIR", place()).output();
        passed(&output.unwrap());
    }
}

/// A cargo that says nothing at all was ended by something, and that is what is said.
#[test]
fn a_cargo_that_is_killed_is_no_verdict() {
    let _place = one_by_one();
    let student = right_answer();
    let dies = student.path().join("cargo");
    tour::manners::write_program(&dies, "#!/bin/sh\nkill -XFSZ $$\n");
    let output = course().args(grade(&student)).env("CARGO", &dies).output().unwrap();
    no_verdict(&output, "cargo was ended by SIGXFSZ;");
}

/// Where the files are too large that the compiler writes, or those that cargo itself does, that is what is said.
#[test]
fn a_limit_on_files_that_is_too_low_is_named() {
    let _place = one_by_one();
    let student = right_answer();
    let output = Command::new("sh")
        .args(["-c", "ulimit -f 100; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_course")])
        .args(grade(&student))
        .env("CARGO_TARGET_DIR", place())
        .output()
        .unwrap();
    no_verdict(&output, "was ended by SIGXFSZ");
}

/// As where somebody compiles the course while a class is graded.
#[test]
fn a_program_that_was_replaced_goes_on() {
    let (_one, student) = (one_by_one(), right_answer());
    let folder = tempfile::tempdir().unwrap();
    let [program, new] = ["course", "new"].map(|name| folder.path().join(name));
    for file in [&program, &new] {
        let content = fs::read(env!("CARGO_BIN_EXE_course")).unwrap();
        tour::manners::write_program(file, content);
    }
    let old = fs::File::open(&program).unwrap();
    fs::rename(new, program).unwrap();
    let mut course = Command::new(format!("/proc/self/fd/{}", old.as_raw_fd()));
    passed(
        &course.env("CARGO_TARGET_DIR", place()).args(grade(&student)).output().unwrap(),
    );
}
