//! Reads what criterion wrote. Its files are its private detail: this is the only module
//! that knows them, the workspace pins the version, and a fixture in the tests has what
//! it wrote.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::code::files::sorted;
use crate::kept::measurement::{Measurement, Unit};

/// The version whose files this reads, as pinned in the workspace's `Cargo.toml`.
const VERSION: &str = "0.8.2";

#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
}

/// Criterion writes the mean and a slope as well. Noise only ever adds to a time, and the
/// median minds it least.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    confidence_interval: Interval,
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Interval {
    lower_bound: f64,
    upper_bound: f64,
}

#[derive(Deserialize)]
struct Sample {
    times: Vec<f64>,
}

/// All benchmarks below `home`, a `target/criterion` or what `CRITERION_HOME` named, in
/// no particular order.
///
/// # Errors
///
/// One line that names the file, when there is none or one is not as criterion should
/// have written it.
pub fn read(home: &Path) -> Result<Vec<Measurement>, String> {
    let mut measurements = Vec::new();
    let mut folders = vec![home.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if folder.ends_with("new") && folder.join("benchmark.json").is_file() {
            measurements.push(benchmark(&folder)?);
        } else {
            folders.extend(sorted(&folder).into_iter().filter(|path| path.is_dir()));
        }
    }
    if measurements.is_empty() {
        return Err(format!("criterion wrote no measurement below {}", home.display()));
    }
    Ok(measurements)
}

fn benchmark(folder: &Path) -> Result<Measurement, String> {
    // By the id in the file; the folder's name is shortened and made safe.
    let Benchmark { full_id } = json(folder.join("benchmark.json"))?;
    let Estimates { median } = json(folder.join("estimates.json"))?;
    let sample: Sample = json(folder.join("sample.json"))?;
    Ok(Measurement {
        id: full_id,
        unit: Unit::Ns,
        estimate: median.point_estimate,
        low: median.confidence_interval.lower_bound,
        high: median.confidence_interval.upper_bound,
        samples: sample.times.len(),
        processes: Vec::new(),
        inside: None,
    })
}

fn json<T: DeserializeOwned>(file: PathBuf) -> Result<T, String> {
    let read = fs::read(&file).map_err(|error| error.to_string());
    read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string())).map_err(|error| {
        format!(
            "{} is not as criterion {VERSION} writes it ({error}); pin criterion to that version and measure again",
            file.display()
        )
    })
}
