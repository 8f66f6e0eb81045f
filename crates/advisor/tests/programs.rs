//! Programs that end at once, crash, are killed, leave somebody behind, start very many threads, read from a terminal:
//! what they do passes through as if nobody watched, and the report is there in the end.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use advisor::advise::Choice;
use advisor::report::{Ended, Report};
use nix::sys::signal::Signal;

const ADVISOR: &str = env!("CARGO_BIN_EXE_advisor");

/// A folder for the reports of one test.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn json(&self) -> PathBuf {
        self.0.path().join("report.json")
    }

    fn advisor(&self, options: &[&str], command: &[&str]) -> Command {
        let mut advisor = Command::new(ADVISOR);
        advisor
            .arg("--json")
            .arg(self.json())
            .arg("--report")
            .arg(self.0.path().join("text"));
        advisor.args(options).arg("--").args(command);
        tour::manners::heed(&mut advisor);
        advisor
    }

    fn run(&self, command: &[&str]) -> Output {
        self.advisor(&[], command).output().expect("it starts")
    }

    fn report(&self) -> Report {
        let text = fs::read(self.json()).expect("the report");
        serde_json::from_slice(&text).expect("JSON")
    }
}

fn sh(script: &str) -> [&str; 3] {
    ["sh", "-c", script]
}

#[test]
fn output_and_code_pass_through() {
    let place = Place::new();
    let output = place.run(&sh("printf out; printf err >&2; exit 7"));
    assert_eq!((&output.stdout[..], &output.stderr[..]), (&b"out"[..], &b"err"[..]));
    assert_eq!(output.status.code(), Some(7));
    let report = place.report();
    assert_eq!(report.ended, Ended::Code(7));
    // On a busy machine, even this may take long enough to be more than nothing.
    if report.seconds < 0.25 {
        assert_eq!(report.recommendation, Choice::Leave, "{}", report.sentence);
        assert!(
            report.sentence.starts_with("Leave it as it is: "),
            "{}",
            report.sentence
        );
    }
}

/// As the scripts do that choose an interpreter: they ask many small programs, and become it by `exec`.
#[test]
fn what_a_process_was_before_does_not_count() {
    let place = Place::new();
    let script = "for n in 1 2 3 4 5 6 7 8 9 10 11 12; do ls / > /dev/null; done
        exec head -c 4000000000 /dev/zero";
    let output = place.advisor(&[], &sh(script)).stdout(Stdio::null()).output();
    assert!(output.expect("it starts").status.success());
    let report = place.report();
    assert!(report.before > 0.0);
    let started = report.numbers.iter().find(|number| number.name == "processes started");
    assert_eq!(started.map_or(0.0, |number| number.value), 0.0, "{:?}", report.numbers);
    let names: Vec<_> = report.lanes.iter().map(|lane| &lane.name[..]).collect();
    assert_eq!(names, ["head"]);
}

#[test]
fn an_option_that_there_is_not_is_no_program() {
    let output =
        Command::new(ADVISOR).args(["--bogus", "true"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let output =
        Command::new(ADVISOR).args(["sh", "-c", "exit 7"]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(7), "what stands behind a program is its own");
}

#[test]
fn bytes_that_are_no_text_pass_through() {
    let place = Place::new();
    let all: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let mut child = place
        .advisor(&[], &["cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("a pipe");
    let sent = all.clone();
    let writer = std::thread::spawn(move || input.write_all(&sent));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("cat reads");
    assert!(output.stdout == all);
}

#[test]
fn a_program_that_is_not_there_is_told_as_a_shell_tells_it() {
    let place = Place::new();
    for (program, code) in [("/no/such/program", 127), ("/etc/passwd", 126)] {
        let output = place.run(&[program]);
        assert_eq!(output.status.code(), Some(code), "{program}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.starts_with(&format!("advisor: {program} can't be")), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_signal_that_ends_the_program_ends_the_advisor() {
    for signal in [6, 9, 11, 15] {
        let place = Place::new();
        let output = place.run(&sh(&format!("kill -{signal} $$")));
        assert_eq!(output.status.signal(), Some(signal));
        assert_eq!(place.report().ended, Ended::Signal(signal));
    }
}

/// Starts `script`, which says `ready` when it is.
fn ready(place: &Place, options: &[&str], script: &str) -> Child {
    let mut child = place
        .advisor(options, &sh(script))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = [0; 6];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("it is ready");
    assert_eq!(&first, b"ready\n");
    child
}

fn rest(child: Child) -> String {
    let output = child.wait_with_output().expect("it ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_signal_for_the_advisor_reaches_the_program() {
    use nix::sys::signal::kill;
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGUSR1] {
        let place = Place::new();
        let name = signal.as_str().trim_start_matches("SIG");
        let script = format!(
            "trap 'echo got; kill $!; exit 5' {name}; sleep 1000 >/dev/null & echo ready; wait"
        );
        let child = ready(&place, &[], &script);
        let pid = nix::unistd::Pid::from_raw(child.id() as i32);
        kill(pid, signal).expect("it runs");
        assert_eq!(rest(child), "got\n", "{name}");
        assert_eq!(place.report().ended, Ended::Code(5), "{name}");
    }
}

#[test]
fn whoever_is_left_behind_goes_on_and_is_named() {
    let place = Place::new();
    let output = place.run(&sh("sleep 1000 >/dev/null 2>&1 & echo $!; sleep 2.5"));
    let pid: i32 =
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number");
    let left = nix::unistd::Pid::from_raw(pid);
    nix::sys::signal::kill(left, nix::sys::signal::SIGKILL).expect("it still runs");
    let report = place.report();
    assert_eq!(report.ended, Ended::Code(0));
    let named = report.unknown.iter().any(|unknown| unknown.contains(&pid.to_string()));
    assert!(named, "{:?}", report.unknown);
}

#[test]
fn a_time_limit_ends_the_watching_and_not_the_program() {
    let place = Place::new();
    let script = sh("sleep 2; echo over; exit 3");
    let output = place.advisor(&["--for", "100ms"], &script).output().expect("it starts");
    assert_eq!((output.status.code(), &output.stdout[..]), (Some(3), &b"over\n"[..]));
    assert_eq!(place.report().ended, Ended::Running);
}

/// A terminal: our side, and the program's. Whoever is started with the second as its input, and leads a session, is
/// sent signals by it.
#[allow(unsafe_code)]
fn terminal() -> (fs::File, fs::File) {
    use std::os::fd::FromRawFd;
    let (mut ours, mut theirs) = (0, 0);
    // SAFETY: both numbers are ours to write; nobody wants the name, the settings or the size.
    let done = unsafe {
        nix::libc::openpty(
            &mut ours,
            &mut theirs,
            std::ptr::null_mut(),
            std::ptr::null(),
            std::ptr::null(),
        )
    };
    assert_eq!(done, 0);
    // SAFETY: the call has opened them, and nobody else has them.
    unsafe { (fs::File::from_raw_fd(ours), fs::File::from_raw_fd(theirs)) }
}

#[allow(unsafe_code)]
fn at_terminal(command: &mut Command, theirs: &fs::File) -> Child {
    use std::os::unix::process::CommandExt;
    let side = || theirs.try_clone().expect("a descriptor");
    command.stdin(side()).stdout(side()).stderr(side());
    let lead = || {
        nix::unistd::setsid()?;
        // SAFETY: 0 is the terminal.
        match unsafe { nix::libc::ioctl(0, nix::libc::TIOCSCTTY, 0) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        }
    };
    // SAFETY: the closure makes two calls, both of which are allowed between fork and exec.
    unsafe { command.pre_exec(lead) };
    command.spawn().expect("it starts")
}

/// What comes from a terminal until a line holds `wanted`.
fn until(ours: &mut fs::File, wanted: &str) -> String {
    let mut said = String::new();
    let mut byte = [0];
    while !said.contains(wanted) {
        let length = ours.read(&mut byte).expect("a terminal");
        assert_eq!(length, 1, "{said}");
        said.push(char::from(byte[0]));
    }
    said
}

#[test]
fn a_program_reads_from_its_terminal() {
    let place = Place::new();
    let (mut ours, theirs) = terminal();
    let script = sh(
        "test -t 0 && test -t 1 && test -t 2 && echo ready; read word; echo got $word; exit 4",
    );
    let mut child = at_terminal(&mut place.advisor(&[], &script), &theirs);
    until(&mut ours, "ready");
    ours.write_all(b"hello\n").expect("a terminal");
    until(&mut ours, "got hello");
    assert_eq!(child.wait().expect("it ends").code(), Some(4));
}

#[test]
fn ctrl_c_reaches_the_program_once_and_the_report_is_made() {
    let place = Place::new();
    let (mut ours, theirs) = terminal();
    // A second one would end it otherwise.
    let script = sh(
        "trap 'trap \"exit 9\" INT; echo first' INT; echo ready; read word; echo $word; exit 6",
    );
    let mut child = at_terminal(&mut place.advisor(&[], &script), &theirs);
    until(&mut ours, "ready");
    ours.write_all(b"\x03").expect("a terminal");
    until(&mut ours, "first");
    // Either `read` was interrupted, or it still waits for this.
    ours.write_all(b"more\n").expect("a terminal");
    assert_eq!(child.wait().expect("it ends").code(), Some(6));
    assert_eq!(place.report().ended, Ended::Code(6));
}

#[test]
fn ctrl_c_ends_a_program_that_does_not_expect_it() {
    let place = Place::new();
    let (mut ours, theirs) = terminal();
    let mut child =
        at_terminal(&mut place.advisor(&[], &sh("echo ready; exec sleep 1000")), &theirs);
    until(&mut ours, "ready");
    ours.write_all(b"\x03").expect("a terminal");
    assert_eq!(child.wait().expect("it ends").signal(), Some(2));
    assert_eq!(place.report().ended, Ended::Signal(2));
}

/// A starter is not asked about: the process is that it waits for.
#[test]
fn the_work_is_that_of_whom_the_starter_waits_for() {
    let place = Place::new();
    // On a slow machine there is a tenth of a second between two looks, and the last of what is done isn't seen.
    let work = "head -c 20000000000 /dev/zero > /dev/null";
    let script = format!("{work}; true");
    let output = place.run(&["sh", "-c", &format!("sh -c '{script}'; exit 3")]);
    assert_eq!(output.status.code(), Some(3));
    let report = place.report();
    let starter = report.starter.clone().expect("it only waits");
    assert_eq!(starter.1, "head", "{starter:?}");
    assert!(report.lanes.iter().all(|lane| lane.name == "head"), "{:?}", report.lanes);
    let started = report.numbers.iter().find(|n| n.name.starts_with("processes started"));
    assert_eq!(started.map_or(0.0, |number| number.value), 0.0, "{:?}", report.numbers);
    // What chooses a program before it becomes that one has started others.
    let place = Place::new();
    let chooses = format!(
        "for n in 1 2 3 4 5 6 7 8 9; do head -c 300000000 /dev/zero > /dev/null; done
        exec {work}"
    );
    let output = place.run(&["sh", "-c", &format!("sh -c '{chooses}'; exit 4")]);
    assert_eq!(output.status.code(), Some(4));
    let report = place.report();
    assert_eq!(report.starter.clone().map(|both| both.1), Some("head".into()));
    let started = report.numbers.iter().find(|n| n.name.starts_with("processes started"));
    assert_eq!(started.map_or(0.0, |number| number.value), 0.0, "{:?}", report.numbers);
    // Who starts one after the other does the work.
    let one = "head -c 1500000000 /dev/zero > /dev/null";
    let place = Place::new();
    assert!(place.run(&sh(&format!("{one}; {one}; {one}"))).status.success());
    assert_eq!(place.report().starter, None);
}

/// A folder that everybody may enter, with a copy of the advisor in it, and with `sleep`, which takes on its owner's rights.
fn for_everybody() -> (Place, PathBuf, PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let (advisor, sleep) = (place.0.path().join("advisor"), place.0.path().join("sleep"));
    let which = Command::new("sh").args(["-c", "command -v sleep"]).output();
    let which = String::from_utf8(which.expect("it starts").stdout).expect("a path");
    for (from, to) in [(ADVISOR, &advisor), (which.trim(), &sleep)] {
        tour::manners::write_program(to, fs::read(from).expect("a program"));
    }
    let allow = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    allow(place.0.path(), 0o777);
    allow(&sleep, 0o4755);
    (place, advisor, sleep)
}

/// Runs the shell script in namespaces of its own. Nothing, where there are none for it.
fn apart(options: &[&str], script: &str) -> Option<Output> {
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(options).args(["sh", "-c", script]).output()
    };
    if !unshare("true").is_ok_and(|output| output.status.success()) {
        eprintln!("not tested: there is no `unshare {}` here", options.join(" "));
        return None;
    }
    Some(unshare(script).expect("it starts"))
}

fn says_that_it_cannot_see(report: &Report, file: &str) {
    let said = report.unknown.iter().any(|unknown| unknown.contains(file));
    assert!(said, "{file}: {:?}", report.unknown);
    assert_eq!(report.recommendation, Choice::CannotTell, "{}", report.sentence);
}

#[test]
fn of_a_program_with_others_rights_it_is_said_what_may_not_be_seen() {
    // Whoever may not look at others has to be somebody else.
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not tested: it takes root to become somebody else");
        return;
    }
    let (place, advisor, sleep) = for_everybody();
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--clear-groups"])
        .arg(advisor)
        .arg("--json")
        .arg(place.json())
        .arg("--report")
        .arg(place.0.path().join("text"))
        .arg("--")
        .arg(sleep)
        .arg("0.4")
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(place.report().ended, Ended::Code(0));
    says_that_it_cannot_see(&place.report(), "/proc/PID/syscall");
}

#[test]
fn a_program_that_gives_up_its_rights_is_watched_to_its_end() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not tested: it takes root to become somebody else");
        return;
    }
    let place = Place::new();
    let output =
        place.run(&["setpriv", "--reuid=65534", "--clear-groups", "sleep", "0.4"]);
    assert!(output.status.success());
    assert_eq!(place.report().ended, Ended::Code(0));
}

#[test]
fn without_proc_the_program_runs_and_the_report_says_so() {
    let (place, advisor, _) = for_everybody();
    let (json, text) = (place.json(), place.0.path().join("text"));
    let watch = format!(
        "exec {} --json {} --report {} -- sh -c 'sleep 0.4; exit 5'",
        advisor.display(),
        json.display(),
        text.display()
    );
    for (options, before) in [
        (&["--user", "--map-root-user", "--mount"][..], "mount -t tmpfs none /proc"),
        // Numbers in there are those of other processes.
        (&["--user", "--map-root-user", "--pid", "--fork"], "true"),
    ] {
        let Some(output) = apart(options, &format!("{before} && {watch}")) else {
            continue;
        };
        assert_eq!(output.status.code(), Some(5), "{output:?}");
        let report = place.report();
        assert_eq!(report.ended, Ended::Code(5));
        for file in ["syscall", "schedstat", "maps"] {
            says_that_it_cannot_see(&report, &format!("/proc/PID/{file}"));
        }
    }
}

#[test]
fn where_others_processes_are_hidden_the_report_says_so() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("not tested: it takes root to hide what others do");
        return;
    }
    let (place, advisor, sleep) = for_everybody();
    let script = format!(
        "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 --regid=65534 --clear-groups {} --json {} --report {} -- {} 0.4",
        advisor.display(),
        place.json().display(),
        place.0.path().join("text").display(),
        sleep.display()
    );
    let Some(output) = apart(&["--mount", "--pid", "--fork"], &script) else { return };
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    says_that_it_cannot_see(&place.report(), "/proc/PID/schedstat");
}

#[test]
fn a_process_that_runs_already_is_watched_and_left_alone() {
    let mut there = Command::new("sleep").arg("1000").spawn().expect("it starts");
    let place = Place::new();
    let output = Command::new(ADVISOR)
        .arg("--json")
        .arg(place.json())
        .args(["--for", "300ms", "--pid", &there.id().to_string()])
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(0));
    assert!(there.try_wait().expect("it is ours").is_none(), "it has ended");
    there.kill().expect("it runs");
    there.wait().expect("it was killed");
    let report = place.report();
    assert_eq!(report.ended, Ended::Running);
    let nobody =
        Command::new(ADVISOR).args(["--pid", "2147483647"]).output().expect("it starts");
    assert_eq!(nobody.status.code(), Some(2));
}

#[test]
fn wrong_arguments_are_refused_in_a_few_lines() {
    for arguments in [
        &["--for", "3 weeks", "true"][..],
        &["--pieces", "0", "true"],
        &[],
        &["--pid", "x"],
    ] {
        let output = Command::new(ADVISOR).args(arguments).output().expect("it starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
    let output = Command::new(ADVISOR)
        .args(["--json", "/no/such/folder/x", "true"])
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_programs_own_options_are_its_own() {
    let place = Place::new();
    let mut advisor = Command::new(ADVISOR);
    advisor
        .arg("--report")
        .arg(place.0.path().join("text"))
        .args(["echo", "--json", "-n", "--help"]);
    let output = advisor.output().expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "--json -n --help\n");
}

/// A program of this test's own, when it is started with a name.
#[test]
fn two_thousand_threads_are_counted() {
    let place = Place::new();
    let me = std::env::current_exe().expect("it is running");
    let mut advisor = place.advisor(
        &[],
        &[
            me.to_str().expect("a path"),
            "--ignored",
            "--nocapture",
            "--exact",
            "starts_two_thousand_threads",
        ],
    );
    let output = advisor.output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}");
    // Where the system allows fewer, all are counted that there were.
    let started: f64 = said
        .lines()
        .find_map(|line| {
            line.split("started ").nth(1)?.split_whitespace().next()?.parse().ok()
        })
        .expect("how many there were");
    let report = place.report();
    let counted =
        report.numbers.iter().find(|number| number.name.starts_with("threads started"));
    let counted = counted.expect("threads were started").value;
    assert!(counted >= started, "{counted} of {started}");
    assert!(report.lanes.len() + report.without_lane > 1);
}

#[test]
#[ignore = "what `two_thousand_threads_are_counted` watches"]
fn starts_two_thousand_threads() {
    let (open, opened) = (std::sync::Mutex::new(false), std::sync::Condvar::new());
    let mut started = 0;
    std::thread::scope(|scope| {
        for _ in 0..2_000 {
            let wait = || {
                let mut is_open = open.lock().expect("nobody panics");
                while !*is_open {
                    is_open = opened.wait(is_open).expect("nobody panics");
                }
            };
            let builder = std::thread::Builder::new().stack_size(64 << 10);
            if builder.spawn_scoped(scope, wait).is_err() {
                break;
            }
            started += 1;
        }
        *open.lock().expect("nobody panics") = true;
        opened.notify_all();
    });
    println!("started {started} threads");
}
