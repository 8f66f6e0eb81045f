//! Observations: what a clock around a closure can't measure, such as how many, how much, or
//! how long at worst.
//!
//! A group of observations is a function that takes an [`Observer`] and hands it samples.
//! The observer prints them. Where the variable `OBSERVATIONS_HOME` names a folder, it also
//! writes them there, as JSON.

pub mod python;
pub mod samples;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::{env, fs};

use serde::Serialize;

/// What the samples of an observation count.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// Bytes.
    Bytes,
    /// A number of things.
    Count,
    /// How many times as much, or as fast.
    Ratio,
}

/// A group of observations: its name and the function that makes them.
pub type Group = (&'static str, fn(&mut Observer));

/// Whether nothing is asked of `python3`: because an option says so, or because it has failed.
static WITHOUT_PYTHON: AtomicBool = AtomicBool::new(false);

/// Collects the samples of one group.
pub struct Observer {
    rounds: usize,
    quick: bool,
    /// The group's observations, in the order of their first samples.
    observations: Vec<Observation>,
}

#[derive(Serialize)]
struct Observation {
    name: String,
    unit: Unit,
    samples: Vec<f64>,
}

impl Observer {
    /// How many rounds a group should make: at least one, and more where time allows.
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    /// Whether this is a first look, which has to be over soon.
    pub fn is_quick(&self) -> bool {
        self.quick
    }

    /// How often to do within a round what is usually done `usual` times: a quarter of that
    /// for a first look, but at least once.
    pub fn times(&self, usual: usize) -> usize {
        if self.quick { usual.div_ceil(4) } else { usual }
    }

    /// Takes a sample of `name`, which is part of the measurement's id after the group's
    /// name.
    ///
    /// A sample that is no number, as when something was divided by no time at all, is left
    /// out, and a line on stderr says so.
    pub fn sample(&mut self, name: &str, unit: Unit, value: f64) {
        if !value.is_finite() {
            eprintln!("not measured: {name}: a sample is {value}");
            return;
        }
        match self.observations.iter_mut().find(|observation| observation.name == name) {
            Some(observation) => observation.samples.push(value),
            None => self.observations.push(Observation {
                name: name.into(),
                unit,
                samples: vec![value],
            }),
        }
    }
}

/// The `main` of a bench target of observations; every group makes some rounds.
///
/// As with a criterion bench, `--list` prints the groups; a name runs just the groups that
/// contain it, or with `--exact` the one that has it; options that only others know are ignored.
/// `--rounds N` sets how many rounds each group makes, `--quick` makes the rounds short, and
/// `--without-python` asks nothing of Python. Without `--bench`, which `cargo bench` passes and
/// `cargo test` doesn't, every group makes a single, short round.
pub fn main(groups: &[Group]) -> ExitCode {
    match run(groups, env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("observations: {complaint}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    groups: &[Group],
    mut arguments: impl Iterator<Item = String>,
) -> Result<(), String> {
    let (mut list, mut bench, mut quick, mut exact) = (false, false, false, false);
    let (mut rounds, mut only) = (5, String::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => bench = true,
            "--list" => list = true,
            "--quick" => quick = true,
            "--exact" => exact = true,
            "--without-python" => WITHOUT_PYTHON.store(true, Relaxed),
            "--rounds" => {
                let n = arguments.next().and_then(|n| n.parse().ok()).filter(|&n| n > 0);
                rounds = n.ok_or("--rounds wants a whole number from 1 on")?;
            }
            option if option.starts_with('-') => {}
            name => only = name.into(),
        }
    }
    let wanted = |name: &str| if exact { name == only } else { name.contains(&only) };
    for (name, observe) in groups.iter().filter(|(name, _)| wanted(name)) {
        if list {
            println!("{name}: observation");
            continue;
        }
        let mut observer = Observer {
            rounds: if bench { rounds } else { 1 },
            quick: quick || !bench,
            observations: Vec::new(),
        };
        observe(&mut observer);
        report(name, &observer)?;
    }
    Ok(())
}

fn report(group: &str, observer: &Observer) -> Result<(), String> {
    for Observation { name, unit, samples } in &observer.observations {
        println!("{group}/{name}: {samples:?} in {unit:?}");
    }
    let Some(home) = env::var_os("OBSERVATIONS_HOME") else { return Ok(()) };
    let file = PathBuf::from(home).join(format!("{group}.json"));
    let json = serde_json::to_string(&observer.observations)
        .map_err(|error| error.to_string())?;
    fs::write(&file, json)
        .map_err(|error| format!("couldn't write {}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        /// Which groups ran, their rounds, and how often each does what is usually done 11 times.
        static RAN: RefCell<Vec<(&'static str, usize, usize)>> = const { RefCell::new(Vec::new()) };
    }

    fn note(name: &'static str, observer: &Observer) {
        RAN.with_borrow_mut(|ran| {
            ran.push((name, observer.rounds(), observer.times(11)))
        });
    }

    fn ran(arguments: &str) -> Vec<(&'static str, usize, usize)> {
        let groups: [Group; 2] = [
            ("gil_waiting", |observer| note("gil_waiting", observer)),
            ("waiting", |observer| note("waiting", observer)),
        ];
        run(&groups, arguments.split(' ').map(String::from)).unwrap();
        RAN.take()
    }

    #[test]
    fn a_name_runs_what_contains_it_or_just_the_one() {
        let both = [("gil_waiting", 2, 11), ("waiting", 2, 11)];
        assert_eq!(ran("--bench waiting --rounds 2"), both);
        assert_eq!(ran("--bench --exact waiting --rounds 2"), both[1..]);
    }

    #[test]
    fn a_first_look_does_a_quarter() {
        assert_eq!(
            ran("--bench --exact waiting --rounds 2 --quick"),
            [("waiting", 2, 3)]
        );
        assert_eq!(ran("--exact waiting --rounds 2"), [("waiting", 1, 3)], "cargo test");
    }

    #[test]
    fn a_sample_that_is_no_number_is_left_out() {
        let mut observer = Observer { rounds: 1, quick: false, observations: Vec::new() };
        for value in [1.0, f64::INFINITY, f64::NAN, 2.0] {
            observer.sample("so many", Unit::Count, value);
        }
        assert_eq!(observer.observations[0].samples, [1.0, 2.0]);
    }
}
