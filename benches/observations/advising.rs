//! What it costs a program to be watched by the advisor: with threads that all compute, and with many that sleep.

use std::process::Command;

use benches::{Observer, Unit};
use serde::Deserialize;

const ADVISOR: &str = env!("CARGO_BIN_EXE_advisor-measured");
const PROGRAM: &str = env!("CARGO_BIN_EXE_watched");

/// How often each program runs alone and watched, in turns.
const TURNS: usize = 2;

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

pub(crate) fn observe(observer: &mut Observer) {
    for (name, arguments) in
        [("8 busy threads", ["busy", "8"]), ("1,000 sleeping threads", ["idle", "1000"])]
    {
        for _ in 0..observer.times(TURNS) {
            let alone = nanoseconds(Command::new(PROGRAM).args(arguments));
            let (watched, report) = watched(arguments);
            let said = |wanted: &str| {
                let number = report.numbers.iter().find(|number| number.name == wanted);
                number.unwrap_or_else(|| panic!("the report has no `{wanted}`")).value
            };
            assert!(report.seconds > 0.0);
            observer.sample(
                &format!("watched against alone/{name}"),
                Unit::Ratio,
                watched / alone,
            );
            observer.sample(
                &format!("looking, of a core/{name}"),
                Unit::Ratio,
                said("looking took"),
            );
            observer.sample(&format!("memory/{name}"), Unit::Bytes, said("and memory"));
        }
    }
}

/// What the program says that its work took.
fn nanoseconds(command: &mut Command) -> f64 {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number")
}

fn watched(arguments: [&str; 2]) -> (f64, Report) {
    let file = std::env::temp_dir().join(format!("advising-{}.json", std::process::id()));
    let mut advisor = Command::new(ADVISOR);
    advisor.arg("--json").arg(&file).arg("--report").arg("/dev/null");
    let took = nanoseconds(advisor.arg("--").arg(PROGRAM).args(arguments));
    let text = std::fs::read(&file).expect("the report");
    std::fs::remove_file(&file).expect("it is ours");
    (took, serde_json::from_slice(&text).expect("JSON"))
}
