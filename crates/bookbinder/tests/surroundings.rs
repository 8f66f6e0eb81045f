//! What stands in a build's way: odd files, other settings, and more than anybody can read.

mod fixture;

use std::fs;
#[cfg(unix)]
use std::process::{Command, Output, Stdio};
#[cfg(unix)]
use std::sync::mpsc;
#[cfg(unix)]
use std::time::Duration;

use bookbinder::verbs::build::build;
use fixture::{Fixture, PAGE, assert_says};
use surveyor::kept::measurement::Group;

/// Builds the book; a build that hangs is a failure.
#[cfg(unix)]
fn build_or_hang(fixture: &Fixture) -> Output {
    let child = Command::new(env!("CARGO_BIN_EXE_bookbinder"))
        .arg("build")
        .current_dir(fixture.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let (done, wait) = mpsc::channel();
    let waiting = std::thread::spawn(move || done.send(child.wait_with_output()));
    let output = wait.recv_timeout(Duration::from_secs(60));
    if output.is_err() {
        Command::new("kill").args(["-9", &id]).status().unwrap();
    }
    let _ = waiting.join();
    output.expect("it ends").unwrap()
}

#[cfg(unix)]
fn pipe(fixture: &Fixture, file: &str) -> bool {
    fixture.write(&format!("{file}.beside"), "");
    let made = Command::new("mkfifo").arg(fixture.file(file)).status();
    let made = made.is_ok_and(|status| status.success());
    if !made {
        eprintln!("not tested: there is no mkfifo");
    }
    made
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_style() {
    for (setting, file) in [
        ("additional-css = [\"style.css\"]", "style.css"),
        ("additional-js = [\"scripts/a.js\"]", "scripts/a.js"),
        ("theme = \"colours\"", "colours/index.hbs"),
    ] {
        let fixture = Fixture::new();
        let toml = fixture.read("book/book.toml");
        fixture.write("book/book.toml", &format!("{toml}[output.html]\n{setting}\n"));
        if !pipe(&fixture, &format!("book/{file}")) {
            return;
        }
        let output = build_or_hang(&fixture);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("is no plain file; take it away"), "{file}: {said}");
        assert_eq!(output.status.code(), Some(1));
    }
}

#[cfg(unix)]
#[test]
fn what_mdbook_can_not_copy() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let fixture = Fixture::new();
    let odd = OsStr::from_bytes(b"a.\xff");
    // Not every file system takes such a name.
    if fs::write(fixture.file("book/src").join(odd), "").is_ok() {
        let output = fixture.book(&["build"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("has a name that is no text"), "{said}");
        assert_eq!(output.status.code(), Some(1));
    }

    let fixture = Fixture::new();
    symlink("me@here.1234", fixture.file("book/src/.#page.md")).unwrap();
    let output = fixture.book(&["build"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(".#page.md leads nowhere; save"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");

    let fixture = Fixture::new();
    symlink(".", fixture.file("book/src/again")).unwrap();
    let output = build_or_hang(&fixture);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("again leads back"), "{said}");

    // mdBook takes from its theme what it knows.
    let fixture = Fixture::new();
    fixture.write("book/theme/a.css", "");
    symlink("me@here.1234", fixture.file("book/theme/.#a.css")).unwrap();
    assert!(fixture.book(&["build"]).status.success());
}

/// What stands in the way is taken away; what a link leads to is left alone.
#[cfg(unix)]
#[test]
fn what_stands_in_the_place_of_the_book() {
    use std::os::unix::fs::symlink;

    for name in ["book", ".book.new", ".book.old"] {
        for kind in ["file", "link", "link to nowhere"] {
            let fixture = Fixture::new();
            fixture.write("precious/index.html", "a treasure");
            fixture.write("target/made", "");
            let place = fixture.file("target").join(name);
            match kind {
                "file" => fs::write(&place, "").unwrap(),
                "link" => symlink("../precious", &place).unwrap(),
                _ => symlink("../gone", &place).unwrap(),
            }
            for _ in 0..2 {
                build(fixture.root(), false)
                    .unwrap_or_else(|said| panic!("{name}, {kind}: {said}"));
            }
            assert!(fixture.file("target/book").symlink_metadata().unwrap().is_dir());
            assert!(fixture.read("target/book/page.html").contains("It takes"));
            assert_eq!(fixture.read("precious/index.html"), "a treasure");
            assert!(!fixture.file("gone").exists());
        }
    }
}

#[test]
fn the_chapters_may_lie_elsewhere() {
    for (setting, folder) in
        [("src = \"text\"", "book/text"), ("src = \"../text\"", "text")]
    {
        let fixture = Fixture::new();
        fixture.replace(
            "book/book.toml",
            "title = \"A book\"",
            &format!("title = \"A\"\n{setting}"),
        );
        fs::rename(fixture.file("book/src"), fixture.file(folder)).unwrap();
        if folder == "text" {
            fixture.replace("text/page.md", "../../crates", "../crates");
        }
        assert_eq!(fixture.check(), []);
        build(fixture.root(), false).unwrap();
        fixture.replace(&format!("{folder}/page.md"), "It takes", "It takes 3 ms,");
        let output = fixture.book(&["build"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with(&format!("{folder}/page.md:15: ")), "{said}");
    }
}

#[test]
fn settings_that_can_not_be_read() {
    for (toml, said) in [
        ("title = [", "book/book.toml:"),
        ("title = 3", "book/book.toml:2: "),
        ("src = 3", "couldn't load the book: "),
    ] {
        let fixture = Fixture::new();
        fixture.replace("book/book.toml", "title = \"A book\"", toml);
        for verb in ["build", "check", "record"] {
            let output = fixture.book(&[verb]);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(stderr.contains(said), "{verb}: {stderr}");
            assert_eq!(stderr.lines().count(), 1, "{verb}: {stderr}");
            assert_eq!(output.status.code(), Some(1));
        }
    }
}

#[test]
fn more_outputs_than_one() {
    let fixture = Fixture::new();
    let toml = fixture.read("book/book.toml");
    fixture.write("book/book.toml", &format!("{toml}[output.html]\n[output.markdown]\n"));
    let page = build(fixture.root(), false).unwrap();
    assert!(page.ends_with("target/book/html/index.html"), "{}", page.display());
    fixture.write("book/book.toml", &format!("{toml}[output.markdown]\n"));
    let said = build(fixture.root(), false).unwrap_err();
    assert!(
        said.contains("without a first page") && said.contains("[output.html]"),
        "{said}"
    );
}

/// As git makes it for an editor that likes such ends of lines.
#[test]
fn an_output_with_other_ends_of_lines() {
    let fixture = Fixture::new();
    let whole = fixture.read("book/outputs/adder/demo.txt");
    fixture.write("book/outputs/adder/demo.txt", &whole.replace('\n', "\r\n"));
    assert_eq!(fixture.check(), []);
    // Which the command itself doesn't print.
    fixture
        .write("book/outputs/adder/demo.txt", &(whole.trim_end().to_string() + "\r\n"));
    let findings = fixture.check();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_says(
        &findings[0].to_string(),
        "book/outputs/adder/demo.txt",
        &["it was `2 in 3 ms\\r\\n`, and now is `2 in 3 ms\\n`"],
    );
}

/// As git makes all of them for such an editor.
#[test]
fn a_project_with_other_ends_of_lines() {
    let fixture = Fixture::new();
    for file in [
        PAGE,
        "book/src/cards.md",
        "book/src/SUMMARY.md",
        "book/book.toml",
        "book/claims.toml",
        "book/outputs/adder/demo.txt",
        "book/measurements/ref/speed.json",
        "crates/adder/src/lib.rs",
        "crates/adder/src/main.rs",
        "benches/adders/main.rs",
        "benches/adders/speed.rs",
    ] {
        fixture.write(file, &fixture.read(file).replace('\n', "\r\n"));
    }
    assert_eq!(fixture.check(), []);
    build(fixture.root(), false).unwrap();
    fixture.replace(PAGE, "It takes", "It takes 3 ms,");
    let findings = fixture.findings();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_says(&findings[0].to_string(), &format!("{PAGE}:15"), &["`3 ms` was typed"]);
}

/// The group of the reference machine with these measurements only, all alike.
fn measured(ids: impl Iterator<Item = String>) -> Fixture {
    let fixture = Fixture::new();
    let folder = fixture.file("book/measurements/ref");
    let mut group = Group::read(&folder.join("speed.json")).unwrap();
    let one = group.measurements[0].clone();
    group.measurements.extend(ids.map(|id| {
        let mut m = one.clone();
        m.id = id;
        m
    }));
    group.write(&folder).unwrap();
    fixture
}

#[test]
fn what_is_the_same_everywhere_is_drawn_once() {
    let ids = (0..100).map(|n| format!("speed/constant {n}"));
    let fixture =
        measured(ids.chain((0..100).map(|n| format!("speed/other/{}", 1000 + n))));
    fixture.replace(
        PAGE,
        "{{#plot speed | numbers | slow}}",
        "{{#plot speed | numbers}}",
    );
    build(fixture.root(), true).unwrap();
    let html = fixture.read("target/book/page.html");
    let (_, plot) = html.split_once("<svg class=\"plot\"").expect("there is a plot");
    let (plot, _) = plot.split_once("</svg>").expect("which ends");
    // For each a line, the legend's, and two points: not a hundred.
    assert!(plot.matches("<polyline").count() < 1000, "{}", plot.len());
}

#[test]
fn more_than_anybody_reads() {
    let ids = || (0..300).map(|n| format!("speed/a/{}", n + 1000));
    let names = || (0..300).map(|n| format!("speed/name {n}"));
    let fixture = measured(ids().chain(names()));
    let findings = fixture.findings();
    let said: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_says(
        &said[0],
        &format!("{PAGE}:17"),
        &["`speed` has places for", "numbers, and a page shows 20,000", "name a part"],
    );
    // Rows and columns by name.
    let rows = (0..200).map(|n| format!("speed/row {n}/x"));
    let fixture = measured(rows.chain((0..200).map(|n| format!("speed/x/column {n}"))));
    fixture.append("{{#table speed}}");
    let said = fixture.only_finding();
    assert_says(
        &said,
        &format!("{PAGE}:{}", fixture.end() - 1),
        &["`speed` has places for"],
    );
}

#[test]
fn names_that_look_like_numbers() {
    let ids = ["inf", "nan", "1e30", "-5"].map(|name| format!("speed/slow/{name}"));
    let fixture = measured(ids.into_iter());
    fixture.replace(
        PAGE,
        "{{#plot speed | numbers | slow}}",
        "{{#plot speed | numbers}}",
    );
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    for heading in ["slow/inf", "slow/nan", "slow/1e30", "slow/-5"] {
        assert!(html.contains(&format!("<th>{heading}</th>")), "{heading}");
    }
    assert!(!html.contains("NaN") && !html.contains("<th>inf"), "{html}");
}

#[test]
fn one_size_written_in_two_ways() {
    let fixture = measured(["speed/third/10.0".to_string()].into_iter());
    fixture.append("{{#table speed | numbers | | third}}");
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    let (_, table) = html.rsplit_once("<th>third</th>").expect("a column for it");
    let (row, _) = table.split_once("<th>100</th>").expect("a row for each size");
    assert!(row.contains("<th>10</th><td><span"), "{row}");

    let fixture = measured(["speed/slow/10.0".to_string()].into_iter());
    let findings = fixture.findings();
    let said = findings.iter().map(ToString::to_string).next().expect("it is found");
    assert_says(
        &said,
        &format!("{PAGE}:17"),
        &["`speed/slow/10` and `speed/slow/10.0` are of the same size"],
    );
}

#[test]
fn many_claims_that_are_not_there() {
    let fixture = Fixture::new();
    let claim = fixture.read("book/claims.toml");
    let more = |n: usize| claim.replace("fast-is-fast", &format!("claim-{n}"));
    let claims: String = (0..3000).map(more).collect();
    fixture.write("book/claims.toml", &(claim.clone() + &claims));
    fixture.append("{{#claim claim-x}}");
    let said = fixture
        .findings()
        .iter()
        .map(ToString::to_string)
        .find(|said| said.contains("there is no claim `claim-x`"));
    let said = said.expect("it is found");
    assert!(
        said.len() < 400 && said.contains("claim-0, ") && said.contains("and 2991 more"),
        "{said}"
    );
}
