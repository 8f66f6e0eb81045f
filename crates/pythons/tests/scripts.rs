//! Every script, at a tiny size, on the `python3` that is there: it ends, and reports what it should.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use pythons::running::{self, Reported};
use workloads::slow_site::SlowSite;

/// Long enough for any machine, short enough for a reader who waits for a failure.
const LONG_ENOUGH: Duration = Duration::from_secs(120);

/// The scripts, and some of what each reports.
const SCRIPTS: &[(&str, &[&str])] = &[
    (
        "countdown",
        &[
            "a turn",
            "two threads against one after the other",
            "cores kept busy by two threads",
        ],
    ),
    (
        "updates",
        &[
            "lost of 1,000/count += 1/2 threads",
            "lost of 1,000, switching often/list.append",
        ],
    ),
    ("objects", &["one for both against one each/an object"]),
    ("segments", &["lost of 1,000/plain", "still there/its owner was killed"]),
    ("cost", &["a step/arithmetic", "a step/a tree of objects"]),
    (
        "native",
        &[
            "two threads against one after the other/lets go",
            "two threads against one after the other/holds",
        ],
    ),
    ("screen", &["late of 20/beside nothing", "late of 20/beside a thread"]),
    ("starting", &["start/thread"]),
    ("pools", &["a task/ThreadPoolExecutor, each by itself"]),
    ("waiting", &["a thread each", "asyncio", "one after the other"]),
    ("echo", &[]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

fn file(script: &str) -> PathBuf {
    folder().join(script).with_extension("py")
}

/// The `python3` on the path; says that nothing is tested where there is none.
fn python() -> Option<&'static Path> {
    let version = running::said(Command::new("python3").arg("--version"), LONG_ENOUGH);
    let is_here = version.is_ok_and(|version| version.starts_with("Python 3"));
    if !is_here {
        eprintln!("not tested: there is no python3");
    }
    is_here.then_some(Path::new("python3"))
}

/// Runs a script at a tiny size, and returns what it reports.
fn reported(python: &Path, script: &str, arguments: &[String]) -> Vec<Reported> {
    let quick = ["--quick".to_string()];
    let arguments = [arguments, &quick].concat();
    let reported = running::run(python, &file(script), &arguments, LONG_ENOUGH);
    reported.unwrap_or_else(|problem| panic!("{script}: {problem}"))
}

/// Runs a script at a tiny size; fails unless it reports what it should, and each thing once.
fn reports(script: &str, arguments: &[String]) {
    let Some(python) = python() else { return };
    let reported = reported(python, script, arguments);
    let names: BTreeSet<_> = reported.iter().map(|Reported(name, ..)| name).collect();
    assert_eq!(names.len(), reported.len(), "{script} reports something twice");
    let (_, expected) = SCRIPTS.iter().find(|(name, _)| *name == script).unwrap();
    for expected in *expected {
        let is_there = names.iter().any(|name| name == expected);
        assert!(is_there, "{script} reports `{expected}`, in {names:?}");
    }
}

#[test]
fn each_has_a_test() {
    let there = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let there = there.filter(|path| path.extension().is_some_and(|kind| kind == "py"));
    let names = there.map(|path| path.file_stem().unwrap().to_str().unwrap().to_string());
    let parts = ["tools", "waiting_async"];
    let there: BTreeSet<_> =
        names.filter(|name| !parts.contains(&name.as_str())).collect();
    let tested = SCRIPTS.iter().map(|(name, _)| (*name).to_string()).collect();
    assert_eq!(there, tested);
}

#[test]
fn countdown() {
    reports("countdown", &[]);
}

#[test]
fn updates() {
    reports("updates", &[]);
}

#[test]
fn segments() {
    // The script reports nothing where Python has no shared memory: before 3.8, and outside of
    // Unix.
    if cfg!(unix) {
        reports("segments", &[]);
    }
}

#[test]
fn objects() {
    reports("objects", &[]);
}

#[test]
fn cost() {
    reports("cost", &[]);
}

#[test]
fn native() {
    let Some(python) = python() else { return };
    let mut asked = Command::new(python);
    if running::said(asked.args(["-c", "import ctypes"]), LONG_ENOUGH).is_err() {
        eprintln!("not tested: this python3 was built without ctypes");
        return;
    }
    let library = native::library().expect("Cargo has built it with this test");
    reports("native", &[library.display().to_string()]);
}

#[test]
fn screen() {
    reports("screen", &[]);
}

#[test]
fn starting() {
    reports("starting", &[]);
}

#[test]
fn pools() {
    reports("pools", &[]);
}

#[test]
fn waiting() {
    let site = SlowSite::open(Duration::from_millis(1)).unwrap();
    reports("waiting", &site.urls(60));
}

#[test]
fn echo() {
    let Some(python) = python() else { return };
    let client = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = client.local_addr().unwrap();
    let serving = thread::spawn(move || {
        let arguments = [address.port().to_string()];
        let served = running::run(python, &file("echo"), &arguments, LONG_ENOUGH);
        // The client below may still wait for a server that never comes. This connection ends its
        // wait: it is closed at once and answers nothing.
        drop(TcpStream::connect(address));
        served
    });
    let table = fs::read_to_string(file("echo")).unwrap();
    let servers =
        table.split("SERVERS = [").nth(1).and_then(|rest| rest.split(']').next());
    for _ in 0..servers.unwrap().matches('(').count() {
        let (mut server, _) = client.accept().unwrap();
        server.set_read_timeout(Some(LONG_ENOUGH)).unwrap();
        let mut answer = [0; 5];
        server.write_all(b"hello").unwrap();
        server.read_exact(&mut answer).expect("the script serves once more");
        assert_eq!(&answer, b"hello");
    }
    drop(client);
    assert_eq!(serving.join().unwrap(), Ok(vec![]));
}

#[test]
fn what_needs_an_argument_says_so() {
    let Some(python) = python() else { return };
    for script in ["echo", "native", "waiting"] {
        let problem = running::run(python, &file(script), &[], LONG_ENOUGH).unwrap_err();
        assert!(problem.contains(": 2: "), "{problem}");
        assert!(problem.contains(&format!("{script}.py wants ")), "{problem}");
    }
}
