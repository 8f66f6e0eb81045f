//! Two judge an answer: rustlings runs clippy, and `cargo course` reads tokens. Here both judge
//! every answer that there is, and some that were written to tell them apart.

#![cfg(target_os = "linux")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use course::set::{self, Set};
use course::unseen::Unseen;
use course::walls::Walls;
use course::workshop::Workshop;
use serde_json::Value;

/// Whatever in std synchronizes, starts threads or processes, or sees or ends a check, and how it is called; types need
/// only be named.
const CALLS: [(&str, &str); 15] = [
    ("std::sync::mpsc::channel", "std::sync::mpsc::channel::<u8>();"),
    ("std::sync::mpsc::sync_channel", "std::sync::mpsc::sync_channel::<u8>(1);"),
    (
        "std::sync::atomic::fence",
        "std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);",
    ),
    (
        "std::sync::Arc::strong_count",
        "std::sync::Arc::strong_count(&std::sync::Arc::new(1));",
    ),
    (
        "std::sync::Arc::weak_count",
        "std::sync::Arc::weak_count(&std::sync::Arc::new(1));",
    ),
    ("std::process::exit", "std::process::exit(0);"),
    ("std::process::abort", "std::process::abort();"),
    ("std::panic::set_hook", "std::panic::set_hook(Box::new(|_| ()));"),
    ("std::env::args", "std::env::args();"),
    ("std::env::args_os", "std::env::args_os();"),
    ("std::thread::spawn", "std::thread::spawn(|| ());"),
    ("std::thread::scope", "std::thread::scope(|_| ());"),
    ("std::thread::park", "std::thread::park();"),
    ("std::thread::park_timeout", "std::thread::park_timeout(Default::default());"),
    ("std::thread_local", "thread_local! { static N: u8 = const { 1 }; }"),
];

const TYPES: [&str; 26] = [
    "std::sync::Mutex",
    "std::sync::RwLock",
    "std::sync::Condvar",
    "std::sync::Barrier",
    "std::sync::Once",
    "std::sync::OnceLock",
    "std::sync::LazyLock",
    "std::sync::atomic::AtomicBool",
    "std::sync::atomic::AtomicI8",
    "std::sync::atomic::AtomicI16",
    "std::sync::atomic::AtomicI32",
    "std::sync::atomic::AtomicI64",
    "std::sync::atomic::AtomicIsize",
    "std::sync::atomic::AtomicU8",
    "std::sync::atomic::AtomicU16",
    "std::sync::atomic::AtomicU32",
    "std::sync::atomic::AtomicU64",
    "std::sync::atomic::AtomicUsize",
    "std::sync::atomic::AtomicPtr",
    "std::sync::mpsc::Sender",
    "std::sync::mpsc::SyncSender",
    "std::sync::mpsc::Receiver",
    "std::thread::Builder",
    "std::fs::File",
    "std::fs::OpenOptions",
    "std::process::Command",
];

/// Programs that name such a thing in another way.
const HIDDEN: [&str; 19] = [
    "use core::sync::atomic::AtomicU32; fn main() {}",
    "use std::sync::{self, Arc}; fn main() { sync::Mutex::new(1); }",
    "use std as real; fn main() { real::thread::spawn(|| ()); }",
    "extern crate std as real; fn main() { real::thread::spawn(|| ()); }",
    "use std::thread as t; use t::spawn as go; fn main() { go(|| ()); }",
    "use std::thread::*; fn main() { spawn(|| ()); }",
    "use std::sync::*; fn main() { Mutex::new(1); }",
    "fn main() { println!(\"{:?}\", std::sync::Mutex::new(1)); }",
    "fn main() { let _ = vec![<std::sync::Mutex<u8>>::default()]; }",
    "fn main() { ::std::r#thread::spawn(|| ()); }",
    "fn take(_: impl Fn(&std::sync::RwLock<u8>)) {} fn main() {}",
    "use std::sync::Arc; fn main() { <Arc<u8>>::strong_count(&Arc::new(1)); }",
    "type Of<T> = std::sync::Arc<T>; fn main() { Of::strong_count(&Of::new(1)); }",
    "use std::sync::Arc; fn main() { Arc::<u8>::strong_count(&Arc::new(1)); }",
    "use std::sync::Arc; trait Many { fn many(&self) -> usize; }
     impl Many for Arc<u8> { fn many(&self) -> usize { Self::strong_count(self) } } fn main() {}",
    "type Lock = std::sync::Mutex<u8>; fn main() { Lock::default(); }",
    "mod own { pub use std::process::exit as leave; } fn main() { own::leave(0); }",
    "mod own { pub(super) use std::thread::*; } fn main() { own::spawn(|| ()); }",
    "fn main() { let leave: fn(i32) -> ! = std::process::exit; leave(0); }",
];

/// Programs that name no such thing.
const INNOCENT: [&str; 11] = [
    "// std::sync::Mutex\nfn main() { println!(\"std::thread::spawn\"); }",
    "use std::sync::Arc; use std::sync::atomic::Ordering; fn main() { Arc::new(1); }",
    "use std::thread; fn main() { thread::sleep(Default::default()); thread::yield_now(); }",
    "use std::sync::*; use witness::sync::Mutex; fn main() { Mutex::new(1); }",
    "use std::sync::*; struct Mutex; fn main() { Mutex; }",
    "use std::thread::*; fn spawn() {} fn main() { spawn(); }",
    "use std::thread::spawn; fn main() {}",
    "use std::rc::Rc; fn main() { <Rc<u8>>::strong_count(&Rc::new(1)); Rc::<u8>::strong_count(&Rc::new(1)); }",
    "struct Few; impl Few { fn strong_count() {} fn many() { Self::strong_count() } } fn main() {}",
    "fn main() { use witness::thread; thread::scope(|scope| { scope.spawn(|| ()); }); }",
    "use std::process::{ExitStatus, Stdio}; fn main() { std::process::id(); }",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises")
}

/// Every answer of the set, by name.
fn answers(set: &Set) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for exercise in &set.exercises {
        let stub = set::read(&set.stub(exercise)).unwrap();
        let (_, checks) = set::split(&stub);
        let mut add = |kind: &str, answer: &str| {
            let name = format!("{}__{kind}", exercise.path().replace('/', "__"));
            answers.insert(name, set::join(answer, checks));
        };
        add("stub", set::split(&stub).0);
        add("solution", set::split(&set::read(&set.solution(exercise)).unwrap()).0);
        for right in set.right(exercise).unwrap() {
            add(&format!("right_{}", right.name), &right.answer);
        }
        for wrong in set.wrong(exercise).unwrap() {
            add(&format!("wrong_{}", wrong.name), &wrong.answer);
        }
    }
    answers
}

/// What clippy refuses of these programs, and what the compiler does.
fn clippy(set: &Set, programs: &BTreeMap<String, String>) -> [BTreeSet<String>; 2] {
    // Always the same, so that only what has changed is looked at.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clippy");
    let folder = target.join("answers");
    Workshop::furnish(&folder, &target, &set.root, programs, Walls::default()).unwrap();
    fs::copy(set.root.join("clippy.toml"), folder.join("clippy.toml")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "clippy",
        "--bins",
        "--keep-going",
        "--message-format=json",
        "--target-dir",
    ]);
    cargo.arg(&target).current_dir(&folder);
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "CLIPPY_ARGS"] {
        cargo.env_remove(name);
    }
    let output = cargo.output().unwrap();
    let (mut refused, mut broken) = (BTreeSet::new(), BTreeSet::new());
    let said = String::from_utf8(output.stdout).unwrap();
    let messages =
        said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let (mut seen, mut complaints) = (BTreeSet::new(), String::new());
    for message in messages {
        let Some(name) = message["target"]["name"].as_str() else { continue };
        seen.insert(name.to_owned());
        if message["message"]["level"] != "error" {
            continue;
        }
        let code = message["message"]["code"]["code"].as_str().unwrap_or_default();
        if code.starts_with("clippy::disallowed_") {
            refused.insert(name.to_owned());
        } else if !message["message"]["code"].is_null() {
            broken.insert(name.to_owned());
            complaints += message["message"]["rendered"].as_str().unwrap_or_default();
        }
    }
    let silent: Vec<_> = programs.keys().filter(|name| !seen.contains(*name)).collect();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        silent.is_empty(),
        "clippy said nothing of {silent:?}:\n{stderr}\n{complaints}"
    );
    [refused, broken]
}

#[test]
fn both_say_the_same_of_every_answer() {
    let set = Set::read(&root()).unwrap();
    let unseen = Unseen::read(&set.root).unwrap();
    let mut programs = answers(&set);
    let answers = programs.len();
    let calls = CALLS.map(|(path, call)| (path, format!("fn main() {{ {call} }}\n")));
    let types =
        TYPES.map(|path| (path, format!("use {path} as Used;\nfn main() {{}}\n")));
    let all = calls.iter().chain(&types);
    for (path, program) in all {
        programs.insert(format!("names__{}", path.replace("::", "__")), program.clone());
    }
    for (number, program) in HIDDEN.into_iter().enumerate() {
        programs.insert(format!("names__hidden_{number}"), program.into());
    }
    for (number, program) in INNOCENT.into_iter().enumerate() {
        programs.insert(format!("innocent_{number}"), program.into());
    }
    let [refused, broken] = clippy(&set, &programs);
    // Only the stub that is about borrowing, and what isn't Rust.
    assert!(broken.iter().all(|name| name.ends_with("__stub")), "{broken:?}");
    assert!(programs.len() - answers > broken.len() + 50, "{broken:?}");
    let mut differ = Vec::new();
    for (name, program) in programs.iter().filter(|(name, _)| !broken.contains(*name)) {
        let complaint = unseen.complaint(set::split(program).0);
        let names = name.starts_with("names__");
        let expected = names || !name.starts_with("innocent_") && refused.contains(name);
        if refused.contains(name) != expected || complaint.is_some() != expected {
            let clippy = if refused.contains(name) { "refuses" } else { "accepts" };
            differ.push(format!(
                "{name}: clippy {clippy} it, and `cargo course` says {complaint:?}"
            ));
        }
    }
    assert!(differ.is_empty(), "{differ:#?}");
}

#[test]
fn the_list_is_complete() {
    let unseen = Unseen::read(&root()).unwrap();
    let listed: BTreeSet<_> = unseen.things().map(|thing| thing.path.as_str()).collect();
    let known: BTreeSet<_> = CALLS.iter().map(|(path, _)| *path).chain(TYPES).collect();
    assert_eq!(listed, known, "in clippy.toml (left), and known here");
    for thing in unseen.things() {
        assert!(
            thing.reason.contains("see") || thing.reason.contains("share"),
            "{thing:?}"
        );
    }
}
