//! Nothing that was recorded is lost, and what can't be read is named.

mod fixture;

use std::fs;

use fixture::{Fixture, assert_says};
use surveyor::kept::measurement::{Group, Measurement, Unit};
use surveyor::running::criterion;
use tempfile::TempDir;

const SPEED: &str = "book/measurements/ref/speed.json";

#[test]
fn measurements_that_are_corrupt() {
    let whole = Fixture::new().read(SPEED);
    for (text, reason) in [
        ("", "EOF"),
        (&whole[..whole.len() / 2], "EOF"),
        ("{}", "missing field `format`"),
        (&whole.replace("\"format\": 1", "\"format\": 9"), "format 9"),
        (&whole.replace("\"estimate\"", "\"guess\""), "missing field `estimate`"),
        (&whole.replace("\"group\": \"speed\"", "\"group\": \"other\""), "group `other`"),
        (&whole.replace("speed/slow/100", "slow/100"), "`slow/100` doesn't belong"),
        (
            &whole.replace("speed/slow/100", "speed/slow/10"),
            "`speed/slow/10` is there twice",
        ),
        (
            &whole.replace("\"low\": 9.9", "\"low\": 99.0"),
            "`speed/slow/10` has no interval",
        ),
        (
            &whole.replace("\"low\": 9.9", "\"low\": -9.9"),
            "`speed/slow/10` has no interval",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.write(SPEED, text);
        let findings: Vec<_> =
            fixture.findings().iter().map(ToString::to_string).collect();
        let about: Vec<_> =
            findings.iter().filter(|said| fixture::is_about(said, SPEED)).collect();
        assert_eq!(about.len(), 1, "{findings:#?}");
        assert_says(
            about[0],
            SPEED,
            &["no file of measurements", reason, "restore it with git"],
        );
        assert_eq!(fixture.read(SPEED), text, "a build doesn't touch it");
    }
}

/// mdBook would panic at HTML that a blank line breaks.
#[test]
fn texts_can_not_break_the_page() {
    let fixture = Fixture::new();
    let odd = "\"\"\"Fast | is\n\n<b>fast</b>. `*`\"\"\"";
    fixture.replace("book/claims.toml", "\"Fast is fast.\"", odd);
    let output = "$ cargo run -p adder -- demo\ncode: ";
    let recorded = fixture
        .read("book/outputs/adder/demo.txt")
        .replace("2 in 3 ms", "```\n<b>{{#include ../../crates/adder/src/main.rs}}</b>");
    assert!(recorded.starts_with(output));
    fixture.write("book/outputs/adder/demo.txt", &recorded);
    bookbinder::verbs::build::build(fixture.root(), false).unwrap();
    let page = fixture.read("target/book/page.html");
    assert!(
        page.contains("Fast &#124; is &lt;b&gt;fast")
            || page.contains("Fast | is &lt;b&gt;fast")
    );
    assert!(
        page.contains("&lt;b&gt;{{#include ../../crates/adder/src/main.rs}}"),
        "{page}"
    );
    let cards = fixture.read("target/book/cards.html");
    assert!(cards.contains("0.50×"), "the row is whole");
}

#[test]
fn claims_that_can_not_be_read() {
    for (text, place, problem) in [
        ("", "book/claims.toml", "no claim"),
        ("# none yet\n", "book/claims.toml", "no claim"),
        ("[[claim]]\nid = 3\n", "book/claims.toml:2", "expected a string"),
        (
            "[[claim]]\nid = \"c\"\ncolour = 1\n",
            "book/claims.toml:3",
            "unknown field `colour`",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.replace(fixture::PAGE, "{{#claim fast-is-fast}}", "");
        fixture.write("book/claims.toml", text);
        assert_says(&fixture.only_finding(), place, &[problem, "CONTRIBUTING.md"]);
    }
    let fixture = Fixture::new();
    fixture.replace("book/claims.toml", "at_most = 0.6\n", "");
    let findings = fixture.findings();
    assert_says(
        &findings[0].to_string(),
        "book/claims.toml:2",
        &["needs either at_most or at_least"],
    );
}

/// What criterion 0.8.2 writes for one benchmark, less the fields that nobody reads.
fn criterion_folder(estimates: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    let new = home.path().join("speed/fast/10/new");
    fs::create_dir_all(&new).unwrap();
    let benchmark = r#"{"group_id":"speed","function_id":"fast","value_str":"10","throughput":null,
        "full_id":"speed/fast/10","directory_name":"speed/fast/10","title":"speed/fast/10"}"#;
    fs::write(new.join("benchmark.json"), benchmark).unwrap();
    fs::write(new.join("estimates.json"), estimates).unwrap();
    let sample = r#"{"sampling_mode":"Linear","iters":[1.0,2.0],"times":[5.0,10.0]}"#;
    fs::write(new.join("sample.json"), sample).unwrap();
    home
}

fn estimate(point: f64) -> String {
    format!(
        r#"{{"confidence_interval":{{"confidence_level":0.95,"lower_bound":{},"upper_bound":{}}},
            "point_estimate":{point},"standard_error":0.1}}"#,
        point - 1.0,
        point + 1.0
    )
}

#[test]
fn criterion_of_this_version() {
    let (mean, median) = (estimate(7.0), estimate(5.0));
    let home =
        criterion_folder(&format!(r#"{{"mean":{mean},"median":{median},"slope":null}}"#));
    let measurement = Measurement {
        id: "speed/fast/10".into(),
        unit: Unit::Ns,
        estimate: 5.0,
        low: 4.0,
        high: 6.0,
        samples: 2,
        processes: vec![],
        inside: None,
    };
    assert_eq!(criterion::read(home.path()), Ok(vec![measurement]));
}

#[test]
fn criterion_of_another_version() {
    for (estimates, reason) in
        [(r#"{"average": 5.0}"#, "missing field `median`"), ("{\"median\":", "EOF")]
    {
        let home = criterion_folder(estimates);
        let error = criterion::read(home.path()).unwrap_err();
        for part in ["estimates.json", "criterion 0.8.2", reason, "pin criterion"] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(error.lines().count(), 1);
    }
    let nothing = TempDir::new().unwrap();
    assert!(criterion::read(nothing.path()).unwrap_err().contains("no measurement"));
}

#[test]
fn a_group_survives_being_written_and_read() {
    let fixture = Fixture::new();
    let group = Group::read(&fixture.file(SPEED)).unwrap();
    group.write(&fixture.file("book/measurements/copy")).unwrap();
    let copy = Group::read(&fixture.file("book/measurements/copy/speed.json")).unwrap();
    assert_eq!(copy, group);
    let left: Vec<_> =
        fs::read_dir(fixture.file("book/measurements/copy")).unwrap().collect();
    assert_eq!(left.len(), 1, "no temporary file stays");
}

#[test]
fn a_write_that_fails_leaves_the_old_file() {
    let fixture = Fixture::new();
    let mut group = Group::read(&fixture.file(SPEED)).unwrap();
    let before = fixture.read(SPEED);
    // No folder.
    let error = group.write(&fixture.file(SPEED)).unwrap_err();
    assert!(error.starts_with("couldn't write"), "{error}");
    // One that nobody would read again.
    group.measurements[0].low = -1.0;
    let error = group.write(&fixture.file("book/measurements/ref")).unwrap_err();
    assert!(error.contains("has no interval"), "{error}");
    assert_eq!(fixture.read(SPEED), before);
}

#[test]
fn intervals_of_samples() {
    let of = |samples: &[f64]| {
        let m = Measurement::of_samples("a/b".into(), Unit::Count, samples.to_vec())?;
        Some((m.low, m.estimate, m.high))
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[1.0, f64::NAN]), None);
    assert_eq!(of(&[7.0]), Some((7.0, 7.0, 7.0)));
    assert_eq!(of(&[3.0, 1.0, 2.0]), Some((1.0, 2.0, 3.0)));
    assert_eq!(of(&[1.0, 2.0, 3.0, 4.0]), Some((1.0, 2.5, 4.0)));
    // For a hundred samples the binomial interval reaches from the 41st to the 60th.
    let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
    assert_eq!(of(&hundred), Some((40.0, 50.5, 61.0)));
}
