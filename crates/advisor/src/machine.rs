//! What starting and sending takes on this machine: the measurements of the book.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The reader's own measurements.
const YOURS: &str = "yours";

/// Measurements of one machine.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// The name of its folder.
    pub name: Option<String>,
    /// By id: the estimate, and its interval.
    measured: HashMap<String, (f64, f64, f64)>,
}

/// A cost, with what it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Seconds.
    pub seconds: f64,
    /// The id of the measurement.
    pub id: &'static str,
}

#[derive(Deserialize)]
struct Group {
    measurements: Vec<Measurement>,
}

#[derive(Deserialize)]
struct Measurement {
    id: String,
    estimate: f64,
    low: f64,
    high: f64,
}

/// What the arithmetic asks for: what it is, in words, and the id.
pub const COSTS: [(&str, &str); 11] = [
    ("starting a thread", "process_starting/time/thread"),
    ("starting a thread in Python", "process_starting/time/Python: thread"),
    ("starting a process", "process_starting/time/spawn"),
    ("starting a process in Python", "process_starting/time/Python: fork"),
    ("starting a pool in Python", "pools/start/Python's Pool"),
    ("a task by itself, to a pool", "pools/a task/ours, each by itself"),
    (
        "a task by itself, to a pool in Python",
        "pools/a task/Python's Pool, each by itself",
    ),
    ("a task in a chunk", "pools/a task/ours, in chunks of 100"),
    ("a task in a chunk, in Python", "pools/a task/Python's Pool, in chunks of 100"),
    (
        "a mebibyte there and back by a pool in Python",
        "pools/a round trip by bytes/Python's Pool/1048576",
    ),
    ("two waits of threads for each other", "splitting/threads/100"),
];

impl Machine {
    /// The folder with the book's measurements, where this was compiled.
    pub fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/measurements")
    }

    /// The reader's own measurements; where a group is not among them, the reference machine's.
    pub fn read(folder: &Path) -> Self {
        let reference = reference(folder);
        let read = |name: &str| {
            let mut measured = HashMap::new();
            for group in ["process_starting", "pools", "splitting"] {
                let Ok(text) = fs::read(folder.join(name).join(format!("{group}.json")))
                else {
                    continue;
                };
                let Ok(group) = serde_json::from_slice::<Group>(&text) else { continue };
                for m in group.measurements {
                    measured.insert(m.id, (m.estimate, m.low, m.high));
                }
            }
            measured
        };
        let yours = read(YOURS);
        if COSTS.iter().all(|(_, id)| yours.contains_key(*id)) {
            return Self { name: Some(YOURS.into()), measured: yours };
        }
        let Some(name) = reference else { return Self { name: None, measured: yours } };
        let mut measured = read(&name);
        // Half of one machine and half of another would be no machine.
        measured.retain(|id, _| COSTS.iter().any(|(_, known)| known == id));
        Self { name: (!measured.is_empty()).then_some(name), measured }
    }

    /// For tests: these measurements, in nanoseconds.
    pub fn of(measured: &[(&str, f64)]) -> Self {
        let measured = measured.iter().map(|(id, ns)| ((*id).into(), (*ns, *ns, *ns)));
        Self { name: Some("test".into()), measured: measured.collect() }
    }

    /// The cost that is called so in [`COSTS`]; nothing where it was not measured.
    pub fn cost(&self, what: &str) -> Option<Cost> {
        let (_, id) = COSTS.into_iter().find(|(known, _)| *known == what)?;
        let (estimate, ..) = self.measured.get(id)?;
        Some(Cost { seconds: estimate / 1e9, id })
    }
}

/// The machine that the book speaks of: `book.toml` says so, beside the folder.
fn reference(folder: &Path) -> Option<String> {
    let text = fs::read_to_string(folder.join("../book.toml")).ok()?;
    let book: toml::Table = text.parse().ok()?;
    Some(book.get("preprocessor")?.get("bookbinder")?.get("reference")?.as_str()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_has_measured_all_that_the_arithmetic_asks_for() {
        let machine = Machine::read(&Machine::folder());
        for (what, id) in COSTS {
            let cost = machine.cost(what);
            assert!(
                cost.is_some_and(|cost| cost.seconds > 0.0 && cost.id == id),
                "{what}: {id}"
            );
        }
    }

    #[test]
    fn without_measurements_there_are_no_costs() {
        let machine = Machine::read(Path::new("/nowhere"));
        assert_eq!(machine.name, None);
        assert_eq!(machine.cost("starting a thread"), None);
    }
}
