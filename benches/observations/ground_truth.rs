//! What the advice of the advisor is worth: each job of `crates/advisor/jobs` in all its variants, once in each round, and
//! what the advisor says of the variant that people write first.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use benches::{Observer, Unit};
use pythons::running;
use serde::Deserialize;

/// The advisor as the group `advising` has it; named here, so that what it is made of counts.
const ADVISOR: &str = env!("CARGO_BIN_EXE_advisor-measured");

/// How long a round, and compiling before the first one, may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// What is measured; the names of the jobs are those of the files.
const JOBS: [&str; 14] = [
    "crates/advisor/jobs/primes.py",
    "crates/advisor/jobs/fingerprints.py",
    "crates/advisor/jobs/crawler.py",
    "crates/advisor/jobs/releases.py",
    "crates/advisor/jobs/receipts.py",
    "crates/advisor/jobs/words.py",
    "crates/advisor/jobs/pictures.py",
    "crates/advisor/jobs/squares.py",
    "crates/advisor/jobs/pipeline.py",
    "crates/advisor/jobs/catalogue.py",
    "crates/advisor/jobs/commands.py",
    "crates/advisor/jobs/service.py",
    "crates/advisor/jobs/reports.py",
    "crates/advisor/jobs/parallel.py",
];
/// What all of these need.
const SHARED: [&str; 3] = [
    "crates/advisor/jobs/jobs.toml",
    "crates/advisor/jobs/job.py",
    "crates/advisor/jobs/slow_site.py",
];
/// Those in Rust, with what is measured of them.
const IN_RUST: [(&str, &str); 3] = [
    ("sums", include_str!("../../crates/advisor/jobs/rust/sums.rs")),
    ("stream", include_str!("../../crates/advisor/jobs/rust/stream.rs")),
    ("steps", include_str!("../../crates/advisor/jobs/rust/steps.rs")),
];

/// Advice is as good as the best way when that is at most so many times as fast.
const AMONG_THE_BEST: f64 = 1.1;

/// A first look at a group has to be over soon.
const FEW: usize = 1;

#[derive(Deserialize)]
struct Found {
    records: Vec<Record>,
}

/// A job, as the runner of the ground truth keeps it.
#[derive(Deserialize)]
struct Record {
    job: String,
    baseline: String,
    /// Of each variant, the options of the advisor that it stands for.
    stands_for: BTreeMap<String, Vec<String>>,
    seconds: BTreeMap<String, Vec<Option<f64>>>,
    advice: Option<Advice>,
}

#[derive(Deserialize)]
struct Advice {
    recommendation: String,
    options: Vec<Promise>,
}

#[derive(Deserialize)]
struct Promise {
    option: String,
    speedup: Option<Range>,
}

#[derive(Clone, Copy, Deserialize)]
struct Range {
    low: f64,
    high: f64,
}

impl Record {
    /// How many times as fast as the baseline a variant is.
    fn speedup(&self, variant: &str) -> Option<f64> {
        let seconds = |variant: &str| *self.seconds.get(variant)?.first()?;
        Some(seconds(&self.baseline)? / seconds(variant)?)
    }

    /// The variant that stands for an option.
    fn variant(&self, option: &str) -> Option<&str> {
        if option == "leave" {
            return Some(&self.baseline);
        }
        let mut variants = self.stands_for.iter();
        let found = variants.find(|(_, all)| all.iter().any(|known| known == option));
        found.map(|(variant, _)| variant.as_str())
    }

    /// What is advised, and what that promises; nothing where the advisor can't tell.
    fn promised(&self) -> Option<(&str, Option<Range>)> {
        let advice = self.advice.as_ref()?;
        let option = advice.recommendation.as_str();
        let promise = advice.options.iter().find(|promise| promise.option == option);
        (option != "cannot-tell")
            .then_some((option, promise.and_then(|promise| promise.speedup)))
    }

    /// How many times as fast the program is with what was advised.
    fn brings(&self, option: &str) -> Option<f64> {
        self.speedup(self.variant(option)?)
    }

    fn best(&self) -> Option<f64> {
        self.seconds.keys().filter_map(|variant| self.speedup(variant)).reduce(f64::max)
    }
}

pub(crate) fn observe(observer: &mut Observer) {
    match run(observer.is_quick()) {
        Ok(records) => {
            records.iter().for_each(|record| sample(observer, record));
            count(observer, &records);
        }
        Err(problem) => eprintln!("not measured: ground_truth: {problem}"),
    }
}

fn run(quick: bool) -> Result<Vec<Record>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if let Some(missing) = SHARED.iter().find(|file| !root.join(file).is_file()) {
        return Err(format!("there is no {missing}"));
    }
    let file = std::env::temp_dir().join(format!("truth-{}.json", std::process::id()));
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(&root).args(["run", "--quiet", "--package", "advisor"]);
    command.args(["--bin", "ground-truth", "--", "--rounds", "1", "--pieces"]);
    command.args(["--advisor", ADVISOR, "--json"]).arg(&file);
    command.arg(if quick { "--small" } else { "--brief" });
    let scripts = JOBS.iter().filter_map(|path| Path::new(path).file_stem()?.to_str());
    let all = scripts.chain(IN_RUST.map(|(name, _)| name));
    for job in all.take(if quick { FEW } else { usize::MAX }) {
        command.args(["--only", job]);
    }
    running::said(&mut command, PATIENCE)?;
    let text = std::fs::read(&file).map_err(|error| error.to_string());
    let _ = std::fs::remove_file(&file);
    let found: Found =
        serde_json::from_slice(&text?).map_err(|error| error.to_string())?;
    Ok(found.records)
}

/// What a job's advice promises, and what it and the best of all ways bring.
fn sample(observer: &mut Observer, record: &Record) {
    for variant in record.seconds.keys().filter(|name| **name != record.baseline) {
        if let Some(times) = record.speedup(variant) {
            let id = format!("way/{}/{variant}", record.job);
            observer.sample(&id, Unit::Ratio, times);
        }
    }
    let Some((option, promised)) = record.promised() else { return };
    for (column, value) in [
        ("at worst", promised.map(|range| range.low)),
        ("at best", promised.map(|range| range.high)),
        ("measured", record.brings(option)),
        ("the best way", record.best()),
    ] {
        if let Some(value) = value {
            let id = format!("advice/{}/{column}", record.job);
            observer.sample(&id, Unit::Ratio, value);
        }
    }
}

/// For how many jobs the advice is among the best, and so on.
fn count(observer: &mut Observer, records: &[Record]) {
    let advised = records.iter().filter_map(|record| {
        let (option, promised) = record.promised()?;
        Some((option, promised?, record.brings(option)?, record.best()?))
    });
    let advised: Vec<_> = advised.collect();
    let kept =
        |(option, Range { low, high }, brings, best): &&(&str, Range, f64, f64)| {
            match *option {
                // That promises that nothing would be faster.
                "leave" => *best <= AMONG_THE_BEST,
                _ => (*low..=*high).contains(brings),
            }
        };
    let among =
        |(_, _, brings, best): &&(&str, Range, f64, f64)| best / brings <= AMONG_THE_BEST;
    for (name, value) in [
        ("jobs", records.len()),
        ("with advice", advised.len()),
        ("among the best", advised.iter().filter(among).count()),
        (
            "slower than before",
            advised.iter().filter(|(.., brings, _)| *brings < 1.0).count(),
        ),
        ("as promised", advised.iter().filter(kept).count()),
    ] {
        observer.sample(&format!("all/{name}"), Unit::Count, value as f64);
    }
}
