//! What it costs a program to be watched by the advisor: with threads that all compute, and with many that sleep.

use std::process::Command;

use benches::{Observer, Unit};
use serde::Deserialize;

const ADVISOR: &str = env!("CARGO_BIN_EXE_advisor-measured");
const PROGRAM: &str = env!("CARGO_BIN_EXE_watched");

/// Each program's name, what it is called with, and how many millions of numbers it gets: for more than a second on a
/// machine of today, since shorter runs differ from each other by more than the watching costs. The one that sleeps
/// gets more, since the first look at each thread costs most, and a program with so many threads is no short one.
const PROGRAMS: [(&str, [&str; 2], u64); 2] = [
    ("8 busy threads", ["busy", "8"], 4_500),
    ("1,000 sleeping threads", ["idle", "1000"], 9_000),
];

#[derive(Deserialize)]
struct Report {
    seconds: f64,
    numbers: Vec<Number>,
}

#[derive(Deserialize)]
struct Number {
    name: String,
    value: f64,
}

impl Report {
    fn says(&self, wanted: &str) -> f64 {
        let number = self.numbers.iter().find(|number| number.name == wanted);
        number.unwrap_or_else(|| panic!("the report has no `{wanted}`")).value
    }
}

/// What the program says of itself, in nanoseconds.
#[derive(Clone, Copy)]
struct Took {
    wall: f64,
    /// On cores, of all its threads.
    cores: f64,
}

pub(crate) fn observe(observer: &mut Observer) {
    for (name, arguments, millions) in PROGRAMS {
        let millions = if observer.is_quick() { millions / 10 } else { millions };
        let millions = millions.to_string();
        let arguments = [arguments[0], arguments[1], &millions];
        let alone = || took(Command::new(PROGRAM).args(arguments));
        // A machine that becomes slower meanwhile is as slow for both: the watched ones stand in the middle.
        let first = alone();
        let (second, report) = watched(arguments);
        let (third, _) = watched(arguments);
        let fourth = alone();
        let ratio =
            |of: fn(Took) -> f64| (of(second) + of(third)) / (of(first) + of(fourth));
        let mut sample = |what: &str, unit, value| {
            observer.sample(&format!("{what}/{name}"), unit, value);
        };
        sample("watched against alone", Unit::Ratio, ratio(|took| took.wall));
        sample("on cores, watched against alone", Unit::Ratio, ratio(|took| took.cores));
        assert!(report.seconds > 0.0);
        sample("looking, of a core", Unit::Ratio, report.says("looking took"));
        sample("memory", Unit::Bytes, report.says("and memory"));
    }
}

fn took(command: &mut Command) -> Took {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = text.split_whitespace().map(|word| word.parse().expect("a number"));
    let mut next = || numbers.next().expect("two numbers");
    Took { wall: next(), cores: next() }
}

fn watched(arguments: [&str; 3]) -> (Took, Report) {
    let file = std::env::temp_dir().join(format!("advising-{}.json", std::process::id()));
    let mut advisor = Command::new(ADVISOR);
    advisor.arg("--json").arg(&file).arg("--report").arg("/dev/null");
    let took = took(advisor.arg("--").arg(PROGRAM).args(arguments));
    let text = std::fs::read(&file).expect("the report");
    std::fs::remove_file(&file).expect("it is ours");
    (took, serde_json::from_slice(&text).expect("JSON"))
}
