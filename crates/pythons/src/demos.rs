//! What the example shows.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use pythons::running::{self, Reported};
use pythons::{Findings, Found, Unit, find};
use tour::Table;
use tour::{Outcome, Stage, format};

/// How long a script may take on one interpreter.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many numbers stand in a line.
const IN_A_LINE: usize = 5;

pub(crate) fn list(out: &mut Stage) -> Outcome {
    let found = found(out)?;
    let mut table = Table::of_words(["", "version", "a GIL?", "compiled by", "how"]);
    for Found { python, .. } in &found {
        let how = match python.flaw() {
            Some(flaw) => format!("{}: {flaw}", python.optimization),
            None => python.optimization.clone(),
        };
        table.row([&python.name, &python.version, python.gil(), &python.compiler, &how]);
    }
    write!(out, "{table}")?;
    writeln!(out)?;
    for Found { path, python } in &found {
        writeln!(out, "  {}: {}", python.name, path.display())?;
    }
    Ok(())
}

pub(crate) fn countdown(out: &mut Stage) -> Outcome {
    on_each(out, "countdown.py", &[])
}

pub(crate) fn updates(out: &mut Stage) -> Outcome {
    on_each(out, "updates.py", &[])
}

pub(crate) fn objects(out: &mut Stage) -> Outcome {
    on_each(out, "objects.py", &[])
}

pub(crate) fn native(out: &mut Stage) -> Outcome {
    let library = native::library().ok_or(
        "the library that Python calls isn't there; `cargo build -p native` makes it",
    )?;
    on_each(out, "native.py", &[library.display().to_string()])
}

pub(crate) fn screen(out: &mut Stage) -> Outcome {
    on_each(out, "screen.py", &[])
}

pub(crate) fn starting(out: &mut Stage) -> Outcome {
    on_each(out, "starting.py", &[])
}

pub(crate) fn pools(out: &mut Stage) -> Outcome {
    on_each(out, "pools.py", &[])
}

pub(crate) fn cost(out: &mut Stage) -> Outcome {
    on_each(out, "cost.py", &[])
}

/// Every interpreter that can be used. Prints what is wrong with the others, and a line when there
/// are none at all.
fn found(out: &mut Stage) -> Result<Vec<Found>, std::io::Error> {
    let Findings { found, problems } = find(&[]);
    for problem in problems {
        writeln!(out, "left out: {problem}")?;
    }
    if found.is_empty() {
        writeln!(out, "There is no CPython on the path, nor any of pyenv's or uv's.")?;
    }
    Ok(found)
}

/// Runs a script on each interpreter; prints what they report, side by side.
fn on_each(out: &mut Stage, script: &str, arguments: &[String]) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(script);
    let mut names: Vec<String> = Vec::new();
    let mut measured: Vec<(String, Vec<Reported>)> = Vec::new();
    for Found { path, python } in found(out)? {
        eprintln!("{} …", python.name);
        match running::run(&path, &script, arguments, PATIENCE) {
            Ok(reported) => {
                for Reported(name, ..) in &reported {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
                measured.push((python.name, reported));
            }
            Err(problem) => writeln!(out, "left out: {}: {problem}", python.name)?,
        }
    }
    for name in names {
        writeln!(out, "{name}")?;
        let of_name = measured.iter().filter_map(|(python, reported)| {
            let Reported(_, unit, value) =
                reported.iter().find(|Reported(reported, ..)| *reported == name)?;
            let version = python.trim_start_matches("CPython ");
            Some(format!("{version:>5} {:<9}", formatted(*unit, *value)))
        });
        let all: Vec<_> = of_name.collect();
        for line in all.chunks(IN_A_LINE) {
            writeln!(out, "  {}", line.concat().trim_end())?;
        }
    }
    Ok(())
}

fn formatted(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Ns => format::nanoseconds(value),
        Unit::Bytes => format::bytes(value),
        Unit::Count => format::number(value),
        Unit::Ratio => format::ratio(value),
    }
}
