//! A book is built wherever somebody builds it, as often at once as they like, and whatever happens there
//! is either the old book or the new one.

mod fixture;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::SystemTime;

use bookbinder::verbs::build::build;
use fixture::{Fixture, PAGE};

/// Every file of the built book.
fn built(fixture: &Fixture) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut folders) = (BTreeMap::new(), vec![fixture.file("target/book")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The command line, inside the project.
fn command(fixture: &Fixture) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bookbinder"));
    command.current_dir(fixture.root()).stdin(Stdio::null());
    command
}

#[test]
fn several_can_build_at_once() {
    let fixture = Fixture::new();
    thread::scope(|scope| {
        let one = || fixture.book(&["build"]);
        let all: Vec<_> = (0..6).map(|_| scope.spawn(one)).collect();
        for output in all.into_iter().map(|one| one.join().unwrap()) {
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    });
    assert_eq!(names(&fixture.file("target")), [".book.lock", ".book.made", "book"]);
}

#[cfg(unix)]
#[test]
fn a_build_that_fails_late_leaves_the_book_that_was_there() {
    let fixture = Fixture::new();
    build(fixture.root(), false).unwrap();
    let before = built(&fixture);
    fixture.append("More.");
    // After all pages mdBook copies what else is there, and here it can't.
    std::os::unix::fs::symlink("gone.png", fixture.file("book/src/lost.png")).unwrap();
    assert!(build(fixture.root(), false).is_err());
    assert_eq!(built(&fixture), before);
    assert_eq!(names(&fixture.file("target")), [".book.lock", ".book.made", "book"]);
}

/// Killed while it writes pages.
#[test]
fn a_build_that_is_killed_leaves_the_book_that_was_there() {
    let fixture = Fixture::new();
    build(fixture.root(), false).unwrap();
    let before = built(&fixture);
    fixture.append("More.");
    let mut child = command(&fixture).stdout(Stdio::null()).spawn().unwrap();
    while !fixture.file("target/.book.new").exists()
        && child.try_wait().unwrap().is_none()
    {
        thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // Killed at the very end, it may have put the old book aside and not yet the new one there.
    let aside = fixture.file("target/.book.old");
    if aside.exists() && !fixture.file("target/book").exists() {
        fs::rename(aside, fixture.file("target/book")).unwrap();
    }
    let after = built(&fixture);
    assert!(after == before || after.len() == before.len(), "the book is whole");

    // The next one clears up, and the dead one's lock is gone with it.
    build(fixture.root(), false).unwrap();
    assert!(fixture.read("target/book/page.html").contains("More."));
    assert_eq!(names(&fixture.file("target")), [".book.lock", ".book.made", "book"]);
}

/// Killed between taking the old book away and putting the new one there.
#[test]
fn a_book_that_was_put_aside_is_put_back() {
    let fixture = Fixture::new();
    build(fixture.root(), false).unwrap();
    let before = built(&fixture);
    fs::rename(fixture.file("target/book"), fixture.file("target/.book.old")).unwrap();
    fixture.append("It is 41× faster.");
    assert!(build(fixture.root(), false).is_err());
    assert_eq!(built(&fixture), before);
}

/// When each page was written.
fn written(fixture: &Fixture) -> BTreeMap<PathBuf, SystemTime> {
    let state = |file: &PathBuf| fs::metadata(file).unwrap().modified().unwrap();
    built(fixture).into_keys().map(|file| (file.clone(), state(&file))).collect()
}

#[test]
fn pages_that_would_be_the_same_stay() {
    let fixture = Fixture::new();
    build(fixture.root(), false).unwrap();
    let before = written(&fixture);
    build(fixture.root(), false).unwrap();
    assert_eq!(written(&fixture), before);
    // Not in a page, but whoever writes it is told.
    fixture.append("It is 41× faster.");
    assert!(build(fixture.root(), false).is_err());
    assert_eq!(written(&fixture), before);
}

type Edit = fn(&Fixture);

/// Each of these is in the pages, or has been done to them, and the next build sees it.
#[test]
fn pages_that_would_be_others_are_made_anew() {
    let edits: [(&str, Edit); 9] = [
        ("a chapter", |it| it.append("More.")),
        ("a number", |it| it.measure("reference", 3.0)),
        ("the title", |it| it.replace("book/book.toml", "A book", "Another book")),
        ("what is copied", |it| it.write("book/src/data.txt", "2")),
        ("a new file", |it| it.write("book/src/more.txt", "")),
        ("the theme", |it| it.write("book/theme/head.hbs", "<meta name=new>")),
        ("an edited page", |it| {
            it.write("target/book/page.html", &(it.read("target/book/page.html") + "!"));
        }),
        ("a lost page", |it| fs::remove_file(it.file("target/book/page.html")).unwrap()),
        ("a page too many", |it| it.write("target/book/other.html", "")),
    ];
    let fixture = Fixture::new();
    fixture.write("book/src/data.txt", "1");
    build(fixture.root(), false).unwrap();
    for (what, edit) in edits {
        let before = written(&fixture);
        edit(&fixture);
        build(fixture.root(), true).unwrap();
        let (now, page) = (written(&fixture), fixture.file("target/book/page.html"));
        assert_ne!(now[&page], before[&page], "{what}");
        assert!(!fixture.file("target/book/other.html").exists(), "{what}");
    }
    assert_eq!(fixture.read("target/book/data.txt"), "2");
    assert!(fixture.read("target/book/page.html").contains("<meta name=new>"));
}

#[test]
fn nobody_has_to_listen() {
    let fixture = Fixture::new();
    let mut child = command(&fixture).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success(), "a reader who has gone is no failure");

    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("not tested: there is no /dev/full");
        return;
    };
    let output = command(&fixture).stdout(full.try_clone().unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("cargo book: couldn't write to stdout: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");

    fixture.append("It is 41× faster.");
    let status =
        command(&fixture).args(["build", "--draft"]).stderr(full).status().unwrap();
    assert!(status.success(), "findings that nobody reads are no failure");
}

/// Names on Linux are bytes.
#[cfg(target_os = "linux")]
#[test]
fn no_path_and_no_variable_has_to_be_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let odd = OsStr::from_bytes(b"odd \xff");
    let fixture = Fixture::new();
    let output = command(&fixture).env("SOMETHING", odd).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let root = fixture.root().join(odd);
    fs::create_dir(&root).unwrap();
    for folder in ["book", "benches", "crates"] {
        fs::rename(fixture.file(folder), root.join(folder)).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_bookbinder"))
        .current_dir(&root)
        .env("PWD", &root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(root.join("target/book/page.html").exists());
}

/// A target that can't be written gets a line, and nothing else of the project is written to.
#[test]
fn a_project_that_can_not_be_written() {
    let fixture = Fixture::new();
    fixture.write("target", "somebody's file");
    let output = fixture.book(&["build"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.starts_with("cargo book: couldn't write "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

/// Cargo runs this program, and has put it where it puts everything.
#[test]
fn the_book_stands_where_cargo_builds() {
    let fixture = Fixture::new();
    let target = fixture.file("elsewhere");
    fs::create_dir_all(target.join("debug")).unwrap();
    fs::write(target.join("CACHEDIR.TAG"), "").unwrap();
    let program = target.join("debug/bookbinder");
    #[cfg(unix)]
    tour::manners::write_program(
        &program,
        fs::read(env!("CARGO_BIN_EXE_bookbinder")).unwrap(),
    );
    #[cfg(not(unix))]
    fs::copy(env!("CARGO_BIN_EXE_bookbinder"), &program).unwrap();
    fs::create_dir_all(fixture.file("crates/bookbinder")).unwrap();
    let output = Command::new(program)
        .current_dir(fixture.file("book"))
        .env("CARGO_MANIFEST_DIR", fixture.file("crates/bookbinder"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(target.join("book/page.html").exists());
    assert!(!fixture.file("target").exists());
    assert!(fixture.read(PAGE).contains("# Adding"));
}
