//! Runs all variants of all jobs, round by round, and then each baseline under the advisor.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};

use crate::manifest::Job;
use crate::programs::Programs;
use crate::record::Record;

/// A variant that has taken so many times as long as the best runs no more.
const FAR_BEHIND: f64 = 1.5;

/// Runs every variant once in each of `rounds`; what is far behind the best, only once. Calls `keep` after each round, so
/// that whoever stops in the middle has what was found up to then.
///
/// # Errors
///
/// What `keep` returns.
pub(crate) fn measure(
    programs: &Programs,
    jobs: &[Job],
    rounds: usize,
    size: impl Fn(&Job) -> Option<u64>,
    keep: impl Fn(&[Record]) -> Result<(), String>,
) -> Result<Vec<Record>, String> {
    let mut records: Vec<_> = jobs.iter().map(Record::of).collect();
    for (job, record) in jobs.iter().zip(&mut records) {
        record.left_out = programs.lacking(job, size(job));
    }
    let mut results = BTreeMap::new();
    for round in 0..rounds {
        let bar = bar(&records, &format!("round {} of {rounds}", round + 1));
        for (job, record) in jobs.iter().zip(&mut records) {
            let mut variants: Vec<_> = job.variants.keys().collect();
            // Who comes first may find another machine than who comes last.
            variants.rotate_left(round % job.variants.len());
            for variant in variants {
                bar.set_message(format!("{} {variant}", job.name));
                let seconds = takes_part(record, variant)
                    .then(|| run(programs, job, variant, size(job), &mut results));
                if let Some(Err(problem)) = &seconds {
                    record.failed.insert(variant.clone(), problem.clone());
                }
                let taken = seconds.and_then(Result::ok);
                record.seconds.entry(variant.clone()).or_default().push(taken);
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        keep(&records)?;
    }
    Ok(records)
}

/// Runs each baseline under the advisor, and writes down what that says.
pub(crate) fn advise(
    programs: &Programs,
    jobs: &[Job],
    records: &mut [Record],
    size: impl Fn(&Job) -> Option<u64>,
    pieces: bool,
) {
    let bar = ProgressBar::new(records.len() as u64).with_style(style());
    bar.set_prefix("advice");
    for record in records.iter_mut() {
        bar.set_message(record.job.clone());
        let job = jobs.iter().find(|job| job.name == record.job);
        (record.advice, record.unadvised) = match job {
            _ if record.left_out.is_some() => (None, None),
            None => (None, Some("the job is gone".into())),
            Some(job) => match programs.advise(job, size(job), pieces) {
                Ok(advice) => (Some(advice), None),
                Err(problem) => (None, Some(problem)),
            },
        };
        bar.inc(1);
    }
    bar.finish_and_clear();
}

/// Whether a variant runs once more: it hasn't failed, and could still be the best, or is what all are compared with.
fn takes_part(record: &Record, variant: &str) -> bool {
    if record.left_out.is_some() || record.failed.contains_key(variant) {
        return false;
    }
    let (Some(own), Some((_, best))) = (record.time(variant), record.best()) else {
        return true;
    };
    variant == record.baseline || own.low <= best.median * FAR_BEHIND
}

/// How many seconds a variant takes; an error, if it prints another result than the job's first variant.
fn run(
    programs: &Programs,
    job: &Job,
    variant: &str,
    size: Option<u64>,
    results: &mut BTreeMap<String, String>,
) -> Result<f64, String> {
    let ended = programs.run(job, variant, size)?;
    let expected =
        results.entry(job.name.clone()).or_insert_with(|| ended.result.clone());
    match *expected == ended.result {
        true => Ok(ended.seconds),
        false => Err(format!("it prints {}, and not {expected}", ended.result)),
    }
}

fn bar(records: &[Record], prefix: &str) -> ProgressBar {
    let runs: usize = records.iter().map(|record| record.seconds.len()).sum();
    let bar = ProgressBar::new(runs as u64).with_style(style());
    bar.set_prefix(prefix.to_string());
    if bar.is_hidden() {
        eprintln!("{prefix}: {runs} runs");
    }
    bar
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {elapsed} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_behind_runs_no_more() {
        let text = "[[job]]\nname = \"sums\"\nkind = \"\"\nfile = \"sums\"\nsmall = 1\nbaseline = \"one\"\n\
                    variants = { one = [], threads = [], processes = [], both = [] }\n";
        let job: Job =
            toml::from_str::<BTreeMap<String, Vec<Job>>>(text).unwrap()["job"][0].clone();
        let mut record = Record::of(&job);
        let mut took = |variant: &str, seconds| {
            record.seconds.insert(variant.into(), vec![Some(seconds)]);
        };
        took("one", 9.0);
        took("threads", 2.0);
        took("processes", 3.1);
        assert!(takes_part(&record, "one"), "all are compared with it");
        assert!(takes_part(&record, "threads") && takes_part(&record, "both"));
        assert!(!takes_part(&record, "processes"));
        record.failed.insert("threads".into(), "crashed".into());
        assert!(!takes_part(&record, "threads"));
        assert!(takes_part(&record, "processes"), "now it is the best");
        record.left_out = Some("no Python".into());
        assert!(!takes_part(&record, "one"));
    }
}
