//! The verbs, on a small project.

mod fixture;

use std::fs;
use std::path::{Path, PathBuf};

use bookbinder::kept::measurement::Group;
use bookbinder::verbs::build::build;
use fixture::{Fixture, PAGE};

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Every file below `folder`, with its contents.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((
                    path.strip_prefix(folder).unwrap().into(),
                    fs::read(&path).unwrap(),
                ));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn a_page_has_what_its_directives_say() {
    let fixture = Fixture::new();
    let page = build(fixture.root(), false).unwrap();
    assert!(page.ends_with("target/book/index.html"));
    let html = fixture.read("target/book/page.html");
    for part in [
        "pub",
        "$ cargo run -p adder -- demo\n2 in 3 ms",
        ">5 ns</span>",
        ">0.50×</span>",
        "<td><span title=\"95% interval 99 ns to 101 ns, 10 samples\">100 ns</span></td>",
        "<svg class=\"plot\"",
        "id=\"claim-fast-is-fast\"",
        "<label class=\"correct\"><input type=\"radio\" name=\"predict-1\"> faster</label>",
    ] {
        assert!(html.contains(part), "the page lacks {part}");
    }
    assert!(!html.contains("{{#"), "a directive was left");
    assert!(!html.contains("your"), "nothing was measured on the reader's machine");
    let cards = fixture.read("target/book/cards.html");
    assert!(cards.contains("page.html#claim-fast-is-fast") && cards.contains("Abacus"));
}

#[test]
fn a_table_of_one_column_shows_its_intervals() {
    let fixture = Fixture::new();
    fixture.append("\n{{#table speed/slow | numbers}}\n\n{{#table speed/slow}}");
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    for part in [
        "<th>numbers</th><th>measured</th><th>interval</th>",
        "<th></th><th>measured</th><th>interval</th>",
        "10 samples\">99 ns to 101 ns</span>",
    ] {
        assert!(html.contains(part), "the page lacks {part}");
    }
}

#[test]
fn what_the_reader_measured_stands_beside_every_number() {
    let fixture = Fixture::new();
    fixture.measure("yours", 8.0);
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    for part in [
        "(yours: 8 ns)",
        "(yours: 0.80×)",
        "second line: your machine",
        ">160 ns</span></td>",
        "your machine",
        "On your machine: <strong class=\"verdict does-not-hold\">does not hold</strong>",
    ] {
        assert!(html.contains(part), "the page lacks {part}");
    }
    // Both machines have a column of their own.
    assert!(fixture.read("target/book/cards.html").contains("<th>yours</th>"));
}

#[test]
fn an_installed_mdbook_makes_the_same_pages_through_the_pipe() {
    let fixture = Fixture::new();
    build(fixture.root(), false).unwrap();
    let ours = files(&fixture.file("target/book"));
    fs::remove_dir_all(fixture.file("target/book")).unwrap();

    // What `mdbook build` does: it loads the book and calls the command of its
    // preprocessor.
    let command =
        format!("command = '{} preprocess'\n", env!("CARGO_BIN_EXE_bookbinder"));
    let toml = fixture.read("book/book.toml");
    fixture.write("book/book.toml", &(toml + &command));
    mdbook_driver::MDBook::load(fixture.file("book")).unwrap().build().unwrap();
    let theirs = files(&fixture.file("target/book"));
    assert_eq!(ours.len(), theirs.len());
    for ((name, ours), (same, theirs)) in ours.iter().zip(&theirs) {
        assert_eq!(name, same);
        assert!(ours == theirs, "{} differs", name.display());
    }

    fixture.append("41× faster");
    let broken = mdbook_driver::MDBook::load(fixture.file("book")).unwrap().build();
    assert!(broken.is_err(), "the gates hold there, too");
}

#[test]
fn record_keeps_what_has_the_same_shape() {
    let fixture = Fixture::new();
    fixture.replace(PAGE, "run exact adder", "run adder");
    let old = fixture.read("book/outputs/adder/demo.txt");
    // Other numbers, other code, same shape.
    fixture.replace("crates/adder/src/main.rs", "3 ms", "4.5 s");
    let output = fixture.book(&["record"]);
    assert_eq!(text(&output.stdout), "cargo run -p adder -- demo: same shape, kept\n");
    let kept = fixture.read("book/outputs/adder/demo.txt");
    assert!(kept.ends_with("\n\n2 in 3 ms\n"));
    assert_ne!(kept, old, "the fingerprint is new");

    fixture.book(&["record", "--fresh"]);
    assert!(fixture.read("book/outputs/adder/demo.txt").ends_with("\n\n2 in 4.5 s\n"));

    fixture.replace("crates/adder/src/main.rs", "in 4.5 s", "after 4.5 s");
    assert_eq!(
        text(&fixture.book(&["record"]).stdout),
        "cargo run -p adder -- demo: recorded\n"
    );
    assert!(fixture.read("book/outputs/adder/demo.txt").ends_with("\n\n2 after 4.5 s\n"));
}

#[test]
fn a_command_that_fails_is_not_recorded() {
    let fixture = Fixture::new();
    let before = fixture.read("book/outputs/adder/demo.txt");
    fixture.replace(
        "crates/adder/src/main.rs",
        "println!",
        "std::process::exit(3); println!",
    );
    let output = fixture.book(&["record"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr)
            .contains("`cargo run -p adder -- demo` failed with exit status: 3")
    );
    assert_eq!(fixture.read("book/outputs/adder/demo.txt"), before);
}

#[test]
fn measure_writes_the_readers_own_numbers() {
    let fixture = Fixture::new();
    let output = fixture.book(&["measure", "--quick"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).starts_with("Measured speed."),
        "{}",
        text(&output.stdout)
    );
    let group = Group::read(&fixture.file("book/measurements/yours/speed.json")).unwrap();
    assert!(group.quick);
    let measured = &group.measurements[0];
    assert_eq!(
        (
            measured.id.as_str(),
            measured.low,
            measured.estimate,
            measured.high,
            measured.samples
        ),
        ("speed/fast/10", 1.0, 2.0, 3.0, 3)
    );
}

#[test]
fn measure_refuses_to_mix_machines() {
    let fixture = Fixture::new();
    let before = fixture.read("book/measurements/ref/speed.json");
    let output = fixture.book(&["measure", "--machine", "ref", "--only", "speed"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("`ref` was measured on Abacus"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(fixture.read("book/measurements/ref/speed.json"), before);

    // All groups at once replace the machine, and what it had is gone.
    fixture.write(
        "book/measurements/ref/gone.json",
        &before.replace("\"speed\"", "\"gone\""),
    );
    let output = fixture.book(&["measure", "--machine", "ref"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!fixture.file("book/measurements/ref/gone.json").exists());
    let group = Group::read(&fixture.file("book/measurements/ref/speed.json")).unwrap();
    assert_ne!(group.machine.cpu, "Abacus");
    assert!(!fixture.file("book/measurements/ref.old").exists());
}

#[test]
fn measure_names_the_groups_there_are() {
    let fixture = Fixture::new();
    let output = fixture.book(&["measure", "--only", "light"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr).lines().last(),
        Some("cargo book: there is no group `light`; there are speed")
    );
    let output = fixture.book(&["measure", "--machine", "My Machine"]);
    assert!(text(&output.stderr).contains("`My Machine` can't name a machine"));
}

/// Ctrl-C during `measure`: what was measured before is whole, and the bench is gone.
#[cfg(unix)]
#[test]
fn an_interrupt_loses_nothing() {
    use std::process::{Command, Stdio};

    let fixture = Fixture::new();
    fixture.measure("yours", 8.0);
    let before = fixture.read("book/measurements/yours/speed.json");
    // The bench hangs, and says when it does. `Abacus` must not look like another
    // machine.
    fixture.replace("book/measurements/yours/speed.json", "Abacus", &real_cpu());
    let before = before.replace("Abacus", &real_cpu());
    fixture.write("benches/hang", "");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bookbinder"))
        .args(["measure", "--quick"])
        .current_dir(fixture.root())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !fixture.file("benches/started").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before the bench hung");
        std::thread::yield_now();
    }
    // Not every system has a program `kill`; every shell does.
    let kill = format!("kill -INT {}", child.id());
    let interrupted = Command::new("sh").args(["-c", &kill]).status();
    assert!(interrupted.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(
        text(&output.stderr).lines().last(),
        Some("cargo book: interrupted; all measurements are as they were")
    );
    assert_eq!(fixture.read("book/measurements/yours/speed.json"), before);
    let bench = fixture.read("benches/started");
    assert!(!Path::new("/proc").join(bench).exists(), "the bench still runs");
}

#[cfg(unix)]
fn real_cpu() -> String {
    bookbinder::measuring::this_machine::machine().cpu
}

#[test]
fn outside_of_a_project_there_is_one_clear_line() {
    let elsewhere = tempfile::TempDir::new().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bookbinder"))
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no book/book.toml"));
    assert_eq!(text(&output.stderr).lines().count(), 1);
}
