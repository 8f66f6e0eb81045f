//! The verbs, on a small project.

mod fixture;

use std::fs;
use std::path::{Path, PathBuf};

use bookbinder::verbs::build::build;
use fixture::{Fixture, PAGE};
use surveyor::kept::Estimate;
use surveyor::kept::Measured;
use surveyor::kept::measured::COVERED;
use surveyor::kept::measurement::{Again, Group, Measurement};

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
        "<td><span title=\"95% interval 99 ns to 101 ns between 6 processes\">100 ns</span></td>",
        "<svg class=\"plot\"",
        "id=\"claim-fast-is-fast\"",
        "<label class=\"correct\"><input type=\"radio\" name=\"predict-1\" value=\"faster\"> faster<",
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
        "between 6 processes\">99 ns to 101 ns</span>",
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

/// The picture of the last `dots` of the page.
fn dots(html: &str) -> &str {
    let (_, dots) = html.rsplit_once("<div class=\"dots\">").expect("there are dots");
    dots.split_once("</svg>").expect("a picture of them").0
}

#[test]
fn names_stand_in_their_order_with_those_that_only_the_reader_has() {
    let fixture = Fixture::new();
    fixture.measure("yours", 8.0);
    let file = fixture.file("book/measurements/yours/speed.json");
    let mut group = Group::read(&file).unwrap();
    for (id, value) in [("speed/slow/9t", 30.0), ("speed/slow/20", 20.0)] {
        let mut m = group.measurements[0].clone();
        (m.id, m.low, m.estimate, m.high) = (id.into(), value, value, value);
        group.measurements.push(m);
    }
    group.write(file.parent().unwrap()).unwrap();
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    let dots = dots(&html);
    let places = [">9t<", ">10<", ">20<", ">100<"].map(|name| dots.find(name));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?} in {dots}");
    for said in [
        "slow at 10: 10 ns",
        "slow, your machine at 9t: 30 ns",
        "slow, your machine at 20: 20 ns",
        "fast, your machine at 10: 8 ns",
        "at first: 10 ns",
        "at first, your machine: 10 ns",
    ] {
        assert!(dots.contains(said), "{said} in {dots}");
    }
    assert!(!dots.contains("slow at 20:"), "the reference has no such name");
}

#[test]
fn an_axis_is_logarithmic_where_values_lie_far_apart() {
    let fixture = Fixture::new();
    for (directive, title, scale) in [
        ("dots speed/slow | numbers", "Slow", "time, from 0"),
        ("dots speed | numbers | fast", "Fast", "time, from 0"),
        ("dots speed | numbers", "Time by numbers", "time, from 0"),
        ("dots speed | numbers | slow | half = speed/fast/10 ", "Slow", "time, from 0"),
        ("dots far | numbers", "Time by numbers", "time, logarithmic"),
        ("dots far | numbers | a | far = far/b/1 ", "A", "time, logarithmic"),
        ("dots none | numbers", "Time by numbers", "time, from 0"),
    ] {
        let file = fixture.file("book/measurements/ref/speed.json");
        let mut group = Group::read(&file).unwrap();
        group.measurements.truncate(2);
        for (name, least) in [("far", 1.0), ("none", 0.0)] {
            group.group = name.into();
            for (m, (id, value)) in
                group.measurements.iter_mut().zip([("a/1", least), ("b/1", 31.0)])
            {
                m.id = format!("{name}/{id}");
                (m.low, m.estimate, m.high) = (value, value, value);
                m.processes = vec![value; m.processes.len()];
            }
            group.write(file.parent().unwrap()).unwrap();
        }
        fixture.append(&format!("{{{{#{directive}}}}}\n"));
        build(fixture.root(), true).unwrap();
        let html = fixture.read("target/book/page.html");
        for part in [format!("<title>{title}</title>"), format!(">{scale}</text>")] {
            assert!(
                dots(&html).contains(&part),
                "{part} for {directive} in {}",
                dots(&html)
            );
        }
    }
}

#[test]
fn an_author_may_say_what_a_plot_counts() {
    let fixture = Fixture::new();
    fixture.append("{{#plot speed | calls of it by numbers | | fast}}\n");
    build(fixture.root(), true).unwrap();
    let html = fixture.read("target/book/page.html");
    for part in
        ["<title>Calls of it by numbers</title>", ">calls of it", ">numbers</text>"]
    {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[test]
fn dots_right_below_each_other_stand_side_by_side() {
    let fixture = Fixture::new();
    fixture.measure("another", 8.0);
    fixture.append("{{#dots speed/slow | numbers}}\n{{#dots speed/fast | numbers}}\n");
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    // As the style of the book wants it: nothing but blanks between them.
    let (_, rest) = html.split_once("<title>Slow</title>").expect("the first one");
    let (_, rest) = rest.split_once("</details>").expect("what another machine measured");
    let rest =
        rest.trim_start().strip_prefix("</div>").expect("the end of the first one");
    assert!(rest.trim_start().starts_with("<div class=\"dots\">"), "{}", &rest[..80]);
}

#[test]
fn what_other_machines_measured_is_folded_below() {
    let fixture = Fixture::new();
    fixture.measure("abacus-3-beads", 8.0);
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    for part in [
        // A number, a claim; then a table, a plot, bars, a spread and dots.
        "; on abacus-3-beads 8 ns\"",
        "; on abacus-3-beads 0.80×\"",
        "<p>On abacus-3-beads: <strong class=\"verdict does-not-hold\">does not hold</strong>",
        ">160 ns</span></td>",
    ] {
        assert!(html.contains(part), "the page lacks {part}");
    }
    assert_eq!(html.matches("<p>On abacus-3-beads:</p>").count(), 5);
    assert!(fixture.read("target/book/cards.html").contains("<th>abacus-3-beads</th>"));

    // What it never measured costs nothing. A group without a bench is only for a draft.
    fixture.replace("book/measurements/abacus-3-beads/speed.json", "speed", "weight");
    fs::rename(
        fixture.file("book/measurements/abacus-3-beads/speed.json"),
        fixture.file("book/measurements/abacus-3-beads/weight.json"),
    )
    .unwrap();
    build(fixture.root(), true).unwrap();
    let html = fixture.read("target/book/page.html");
    assert!(
        !html.contains("on abacus-3-beads")
            && !html.contains("<p>On abacus-3-beads:</p>")
    );
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

/// Who records has flags for the compiler, and variables that the example could see.
#[test]
fn what_is_recorded_does_not_depend_on_who_records() {
    let fixture = Fixture::new();
    let main = "fn main() {\n    let seen = std::env::var(\"SEEN\").is_ok();\n    \
                println!(\"{} {seen}\", cfg!(flagged));\n}\n";
    fixture.write("crates/adder/src/main.rs", main);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bookbinder"))
        .arg("record")
        .current_dir(fixture.root())
        .env("RUSTFLAGS", "--cfg flagged")
        .env("RUSTC_WRAPPER", "no-such-program")
        .env("SEEN", "yes")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let recorded = fixture.read("book/outputs/adder/demo.txt");
    assert!(recorded.ends_with("\n\nfalse false\n"), "{recorded}");
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
    // On a machine that was busy for a moment, the first round takes too long for a second one.
    let rounds = measured.processes.len();
    assert!((1..=2).contains(&rounds), "{:?}", measured.processes);
    assert_eq!(
        (
            measured.id.as_str(),
            measured.low,
            measured.estimate,
            measured.high,
            measured.samples
        ),
        ("speed/fast/10", 2.0, 2.0, 2.0, 3 * rounds)
    );
    assert_eq!(measured.processes, vec![2.0; rounds]);
    assert_eq!(measured.inside, Some(1.0), "from 1 to 3, around 2");
}

fn yours(fixture: &Fixture) -> Group {
    Group::read(&fixture.file("book/measurements/yours/speed.json")).unwrap()
}

#[test]
fn an_interval_is_that_between_processes() {
    let fixture = Fixture::new();
    fixture.write("benches/slower", "");
    let output = fixture.book(&["measure"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let group = yours(&fixture);
    let fast = &group.measurements[0];
    assert_eq!(fast.processes, [2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    // And by a tenth more than from the smallest to the largest.
    let tenth = 3.5_f64.powf(0.1);
    assert_eq!((fast.low, fast.estimate, fast.high), (2.0 / tenth, 4.5, 7.0 * tenth));
    assert!(Estimate::of(fast).is_unsteady());
    let said = "speed: unsteady, 1 of 1: the processes disagree, most on `speed/fast/10`: 1.8 ns to 7.9 ns";
    assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    assert_eq!(group.again, None, "it is the first");

    build(fixture.root(), false).unwrap();
    let page = fixture.read("target/book/page.html");
    let tip =
        "95% interval 1.8 ns to 7.9 ns between 6 processes; unsteady: they disagree; ";
    assert!(page.contains(tip), "{page}");

    // The next ones take from 8 on.
    let output = fixture.book(&["measure"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let again = yours(&fixture).again.unwrap();
    assert_eq!((again.covered, again.of), (0, 1));
    let covered = |fixture: &Fixture| {
        let (yours, _) = Measured::read(&fixture.file("book/measurements/yours"));
        yours.get(COVERED).map(|covered| covered.estimate)
    };
    assert_eq!(covered(&fixture), Some(0.0));

    // And now it stays there.
    fs::remove_file(fixture.file("benches/slower")).unwrap();
    for of in [1, 0] {
        fixture.book(&["measure"]);
        let again = yours(&fixture).again.unwrap();
        assert_eq!((again.covered, again.of), (0, of), "no width is no interval");
    }
    assert_eq!(covered(&fixture), None);
    // Three of the first twice, and one of the others.
    for (name, covered, of) in [("speed", 3, 6), ("weight", 1, 2)] {
        let again = Some(Again { date: "2026-01-01".into(), covered, of });
        let group =
            Group { group: name.into(), again, measurements: vec![], ..yours(&fixture) };
        group.write(&fixture.file("book/measurements/yours")).unwrap();
    }
    assert_eq!(covered(&fixture), Some(50.0), "of a hundred");
}

#[test]
fn a_ratio_is_taken_round_by_round() {
    let fixture = Fixture::new();
    let mut group =
        Group::read(&fixture.file("book/measurements/ref/speed.json")).unwrap();
    // A slow round slows both down; each by itself differs by half.
    for (m, medians) in group.measurements.iter_mut().zip([
        [10.0, 20.0, 12.0, 10.0, 14.0, 11.0],
        [1.0; 6],
        [5.0, 10.0, 6.0, 5.0, 7.0, 5.5],
        [1.0; 6],
    ]) {
        let one = |median: f64| Measurement {
            estimate: median,
            low: median,
            high: median,
            ..m.clone()
        };
        *m = Measurement::of_processes(&medians.map(one)).unwrap();
    }
    group.write(&fixture.file("book/measurements/ref")).unwrap();
    build(fixture.root(), true).unwrap();
    let page = fixture.read("target/book/page.html");
    assert!(page.contains("95% interval 0.50× to 0.50× between 6 processes"), "{page}");

    // Where one was not there in a round, nobody knows what belongs together.
    for m in &mut group.measurements[..3] {
        m.processes.remove(1);
    }
    group.write(&fixture.file("book/measurements/ref")).unwrap();
    build(fixture.root(), true).unwrap();
    let page = fixture.read("target/book/page.html");
    assert!(page.contains("all of 5 processes: 0.33× to 0.75×"), "{page}");
}

#[test]
fn a_first_look_takes_no_full_measurements_place() {
    let fixture = Fixture::new();
    assert!(fixture.book(&["measure"]).status.success());
    let full = yours(&fixture);
    let output = fixture.book(&["measure", "--quick"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("one group was measured in full before"));
    assert_eq!(yours(&fixture), full);
    let output = fixture.book(&["measure", "--quick", "--only", "speed"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(yours(&fixture).quick);
}

#[test]
fn what_needs_more_is_measured_only_by_its_name() {
    let fixture = Fixture::new();
    fixture.replace(
        "book/book.toml",
        "reference = ",
        "by-name = [\"speed\"]\nreference = ",
    );
    fixture.write("benches/second group", "");
    let output = fixture.book(&["measure", "--quick"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("or other programs: speed; --only NAME"));
    let measured = |group: &str| {
        fixture.file(&format!("book/measurements/yours/{group}.json")).exists()
    };
    assert!(!measured("speed"));
    let output = fixture.book(&["measure", "--quick", "--only", "speed"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(measured("speed"));
}

#[test]
fn code_that_changes_meanwhile_is_not_measured() {
    let fixture = Fixture::new();
    fixture.write("benches/edits", "");
    let output = fixture.book(&["measure", "--quick"]);
    assert_eq!(output.status.code(), Some(1));
    let said = "speed: its code changed while it was measured, so this is of neither";
    assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    assert!(!fixture.file("book/measurements/yours/speed.json").exists());
}

#[test]
fn what_was_measured_is_there_before_the_last_process_is() {
    let fixture = Fixture::new();
    fixture.write("benches/slower", "");
    fixture.write("benches/breaks", "");
    let output = fixture.book(&["measure"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the fourth is one too many"));
    let last = "cargo book: something went wrong with speed, as said above; all measurements are as they were";
    assert_eq!(text(&output.stderr).lines().last(), Some(last));
    assert_eq!(yours(&fixture).measurements[0].processes, [2.0, 3.0, 4.0, 6.0, 7.0]);
    // Five are less than six: they don't take their place.
    fixture.write("benches/slower", "xxxx");
    assert!(fixture.book(&["measure"]).status.success());
    fixture.write("benches/slower", "");
    assert_eq!(fixture.book(&["measure"]).status.code(), Some(1));
    assert_eq!(yours(&fixture).measurements[0].processes.len(), 6);
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
        &before.replace("\"speed\"", "\"gone\"").replace("\"speed/", "\"gone/"),
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
    // Nothing was compiled for that.
    assert_eq!(
        text(&output.stderr),
        "cargo book: there is no group `light`; there are speed, weight\n"
    );
    let output = fixture.book(&["measure", "--machine", "My Machine"]);
    assert!(text(&output.stderr).contains("`My Machine` can't name a machine"));
}

/// A child that a bench leaves behind in a session of its own holds the bench's stdout, which is read to its end.
#[test]
#[cfg(target_os = "linux")]
fn whoever_a_bench_leaves_behind_ends_with_it() {
    let fixture = Fixture::new();
    fixture.write("benches/strays", "");
    let output = fixture.book(&["measure", "--quick"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let stray = fixture.read("benches/stray");
    assert!(!Path::new("/proc").join(&stray).exists(), "{stray} lives");
}

/// It would be replaced, and nobody would know what by.
#[test]
fn a_measurement_that_can_not_be_read_is_not_replaced() {
    for text in ["{\"format\": 2}", "no JSON", "{\"format\": 1}"] {
        let fixture = Fixture::new();
        fixture.write("book/measurements/yours/speed.json", text);
        let output = fixture.book(&["measure", "--quick"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("speed.json: ") && said.contains("so take it away"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(fixture.read("book/measurements/yours/speed.json"), text);
    }
}

/// To know that after measuring would be too late.
#[test]
fn a_folder_that_can_not_be_written_is_noticed_first() {
    let fixture = Fixture::new();
    fixture.write("book/measurements/yours", "somebody's file");
    let long = "a".repeat(300);
    for (machine, why) in
        [("yours", "couldn't write into "), (&*long, "can't name a machine")]
    {
        let output = fixture.book(&["measure", "--machine", machine]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains(why) && said.lines().count() == 1, "{said}");
    }
}

/// Each pair of them doubles the ways, and nobody would live to see the end of them.
#[test]
#[cfg(unix)]
fn links_that_lead_in_circles_are_followed_once() {
    use std::os::unix::fs::symlink;

    let fixture = Fixture::new();
    for link in ["benches/a", "benches/b", "crates/adder/python"] {
        symlink(".", fixture.file(link)).unwrap();
    }
    symlink("..", fixture.file("crates/adder/up")).unwrap();
    symlink("../..", fixture.file("crates/adder/src/up")).unwrap();
    let output = fixture.book(&["measure", "--quick"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn what_can_not_be_measured_costs_a_line_and_nothing_else() {
    let fixture = Fixture::new();
    fixture.write("second group", "");
    fixture.write("benches/no scales", "");
    fixture.write("benches/no python", "");
    let output = fixture.book(&["measure", "--quick"]);
    let said: Vec<_> = text(&output.stderr)
        .lines()
        .filter(|line| line.starts_with("weight: ") || line.starts_with("speed: "))
        // That is so on some machines.
        .filter(|line| !line.contains("while it was measured"))
        .collect();
    assert_eq!(
        said,
        [
            "speed: not measured: python3 a.py: exit status: 3: trouble",
            "weight: measuring `weight` failed with exit status: 101: the scales are gone",
        ]
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr).lines().last(),
        Some(
            "cargo book: something went wrong with weight, as said above; speed measured anew, \
             the others are as they were"
        )
    );
    assert!(fixture.file("book/measurements/yours/speed.json").exists());
    assert!(!fixture.file("book/measurements/yours/weight.json").exists());
}

#[cfg(unix)]
#[test]
fn a_python_that_hangs_is_asked_once() {
    let fixture = Fixture::new();
    // One that says which it is.
    let python = fixture.file("bin/python3");
    fs::create_dir(fixture.file("bin")).unwrap();
    tour::manners::write_program(&python, "#!/bin/sh\necho Python 3.0.0\n");
    let mut path = vec![fixture.file("bin")];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    fixture.write("second group", "");
    fixture.write("benches/python hangs", "");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bookbinder"))
        .args(["measure", "--quick"])
        .current_dir(fixture.root())
        .env("PATH", std::env::join_paths(path).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said: Vec<_> =
        text(&output.stderr).lines().filter(|line| line.contains("python3")).collect();
    assert_eq!(said, ["speed: not measured: python3 speed.py: no answer within 60 s"]);
}

#[test]
fn measure_begins_with_what_claims_rest_on_and_says_how_long() {
    let fixture = Fixture::new();
    // It comes first in the list, but no claim rests on it.
    fixture.write("second group", "");
    let output = fixture.book(&["measure", "--quick"]);
    let said: Vec<_> = text(&output.stderr)
        .lines()
        .filter(|line| line.contains("easuring") || line.contains("ompiling the"))
        .take(4)
        .collect();
    assert_eq!(
        said,
        [
            "Compiling the benches; the first time, that takes a minute or two.",
            "Measuring 2 groups, 2 times round, which takes about a second.",
            "measuring speed",
            "measuring weight",
        ]
    );
}

/// A bench that hangs, and `cargo book measure` that waits for it.
#[cfg(unix)]
struct Hanging {
    fixture: Fixture,
    measure: std::process::Child,
    /// The bench, and what it started.
    processes: Vec<String>,
    before: String,
}

#[cfg(unix)]
impl Hanging {
    /// Begins with `begin`, a line of shell.
    fn after(begin: &str) -> Self {
        use std::process::{Command, Stdio};

        let fixture = Fixture::new();
        fixture.measure("yours", 8.0);
        // `Abacus` must not look like another machine.
        let cpu = surveyor::running::this_machine::machine().cpu;
        fixture.replace("book/measurements/yours/speed.json", "Abacus", &cpu);
        let before = fixture.read("book/measurements/yours/speed.json");
        fixture.write("benches/hang", "");
        let mut measure = Command::new("sh");
        tour::manners::heed(&mut measure);
        let mut measure = measure
            .args(["-c", &format!("{begin}; exec \"$0\" measure --quick")])
            .arg(env!("CARGO_BIN_EXE_bookbinder"))
            .current_dir(fixture.root())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while !fixture.file("benches/started").exists() {
            assert!(
                measure.try_wait().unwrap().is_none(),
                "it ended before the bench hung"
            );
            std::thread::yield_now();
        }
        let started = fixture.read("benches/started");
        let processes = started.split(' ').map(String::from).collect();
        Self { fixture, measure, processes, before }
    }

    fn signal(&self, signal: &str) {
        // Not every system has a program `kill`; every shell does.
        let kill = format!("kill -{signal} {}", self.measure.id());
        let killed = std::process::Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.unwrap().success());
    }

    fn still_run(&self) -> bool {
        self.processes.iter().any(|process| {
            let status = fs::read_to_string(format!("/proc/{process}/status"));
            // Whoever lost its parent may stay a zombie, where nobody waits for it.
            status.is_ok_and(|status| !status.contains("State:\tZ"))
        })
    }

    /// What `measure` said last, and its exit code.
    fn ends(&mut self) -> (String, Option<i32>) {
        use std::io::Read;

        let mut said = String::new();
        self.measure.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let code = self.measure.wait().unwrap().code();
        (said.lines().last().unwrap_or_default().into(), code)
    }

    fn folders_left(&self) -> usize {
        files_in(&self.fixture.file("book/measurements/.measuring"))
            .filter(|path| path.is_dir())
            .count()
    }
}

/// Nothing outlives its test, even one that fails.
#[cfg(unix)]
impl Drop for Hanging {
    fn drop(&mut self) {
        let _ = self.measure.kill();
        let _ = self.measure.wait();
    }
}

#[cfg(unix)]
fn files_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path())
}

/// Whoever ends `measure`: what was measured before is whole, and nothing stays behind, neither
/// the bench nor what it started nor a folder.
#[cfg(unix)]
#[test]
fn an_interrupt_loses_nothing_and_leaves_nothing() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let mut hanging = Hanging::after("true");
        hanging.signal(signal);
        let said = "cargo book: interrupted; all measurements are as they were";
        assert_eq!(hanging.ends(), (said.into(), Some(code)), "{signal}");
        let now = hanging.fixture.read("book/measurements/yours/speed.json");
        assert_eq!(now, hanging.before);
        assert!(!hanging.still_run(), "{signal}");
        assert_eq!(hanging.folders_left(), 0, "{signal}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn who_is_killed_takes_the_bench_along_and_the_next_one_tidies_up() {
    let mut hanging = Hanging::after("true");
    hanging.signal("KILL");
    assert_eq!(hanging.ends().1, None);
    // It takes a moment; should it take for ever, that hangs this test.
    while hanging.still_run() {
        std::thread::yield_now();
    }
    assert_eq!(hanging.folders_left(), 1);
    fs::remove_file(hanging.fixture.file("benches/hang")).unwrap();
    // The turn has ended with the process.
    let output = hanging.fixture.book(&["measure", "--quick"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(hanging.folders_left(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_hang_up_is_ignored_where_nohup_says_so() {
    let mut hanging = Hanging::after("trap '' HUP");
    hanging.signal("HUP");
    hanging.signal("TERM");
    assert_eq!(hanging.ends().1, Some(143), "by the second signal, not by the first");
}

#[cfg(unix)]
#[test]
fn two_do_not_measure_at_once() {
    let mut hanging = Hanging::after("true");
    let output = hanging.fixture.book(&["measure", "--quick"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output.stderr),
        "cargo book: somebody is measuring here already; two at once would spoil each other's \
         numbers, so wait for the end of that\n"
    );
    hanging.signal("TERM");
    hanging.ends();
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
