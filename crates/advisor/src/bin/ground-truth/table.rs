//! The table: of each job what really wins, what was advised, and what that is worth.

use std::fmt::Write;

use tour::Table;
use tour::format::ratio;

use crate::judging::{AMONG_THE_BEST, Judged, Verdict, coverage, judge};
use crate::record::{Found, Record};

/// How often each thing was so, of all jobs that were measured and advised.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) slower: usize,
    pub(crate) cannot_tell: usize,
    pub(crate) no_such_variant: usize,
    /// How many predictions of what was recommended held, and of how many.
    pub(crate) held: (usize, usize),
    /// The same of all predictions for which there is a variant.
    pub(crate) covered: (usize, usize),
}

impl Tally {
    pub(crate) fn of(records: &[Record]) -> Self {
        let mut tally = Self::default();
        for record in records {
            let Judged { verdict, held, .. } = judge(record);
            match verdict {
                Verdict::NotAsked => continue,
                Verdict::Right => tally.right += 1,
                Verdict::Wrong => tally.wrong += 1,
                Verdict::Slower => tally.slower += 1,
                Verdict::CannotTell => tally.cannot_tell += 1,
                Verdict::NoSuchVariant => tally.no_such_variant += 1,
            }
            tally.asked += 1;
            tally.held.0 += usize::from(held == Some(true));
            tally.held.1 += usize::from(held.is_some());
            let (covered, all) = coverage(record);
            tally.covered = (tally.covered.0 + covered, tally.covered.1 + all);
        }
        tally
    }
}

/// The table and what follows from it, at most eighty columns wide except for the reasons of what failed.
pub(crate) fn table(records: &[Record]) -> String {
    let mut table =
        Table::of_words(["job", "now", "best", "advice", "brings", "said", ""]);
    for record in records.iter().filter(|record| record.left_out.is_none()) {
        let Judged { verdict, real, predicted, held } = judge(record);
        let best = record.best().map_or(String::from("—"), |(variant, time)| {
            if variant == record.baseline || is_as_good(record, time) {
                return format!("{} 1×", record.baseline);
            }
            let gain = record
                .speedup(variant)
                .map_or(String::new(), |found| ratio(found.median));
            format!("{variant} {gain}")
        });
        let advice =
            record.advice.as_ref().map_or("—", |advice| &advice.recommendation);
        let said = predicted.map_or(String::from("—"), |range| {
            let missed = if held == Some(false) { " ✗" } else { "" };
            format!("{:.2}–{:.2}{missed}", range.low, range.high)
        });
        table.row([
            &record.job,
            &record.baseline,
            &best,
            advice,
            &real.map_or(String::from("—"), |found| ratio(found.median)),
            &said,
            verdict.words(),
        ]);
    }
    let mut text = table.to_string();
    text.push('\n');
    tell(&mut text, records);
    text
}

/// Whether the baseline is among the best, if the best takes `time`.
fn is_as_good(record: &Record, time: Found) -> bool {
    let baseline = record.time(&record.baseline);
    baseline.is_some_and(|baseline| baseline.median <= time.median * AMONG_THE_BEST)
}

fn tell(text: &mut String, records: &[Record]) {
    let mut line = |said: String| {
        let _ = writeln!(text, "{said}");
    };
    let tally = Tally::of(records);
    line(format!(
        "right (at most a tenth slower than the best): {} of {}; wrong: {}; slower than leaving it: {}",
        tally.right, tally.asked, tally.wrong, tally.slower
    ));
    line(format!(
        "can't tell: {}; no variant to compare with: {}",
        tally.cannot_tell, tally.no_such_variant
    ));
    line(format!(
        "predictions that held: of what was advised {} of {}, of all {} of {}",
        tally.held.0, tally.held.1, tally.covered.0, tally.covered.1
    ));
    let watched = records.iter().filter_map(|record| {
        Some(record.advice.as_ref()?.took / record.time(&record.baseline)?.median)
    });
    if let Some(Found { low, median, high }) = Found::of(watched.collect()) {
        line(format!(
            "watched, a program takes {median:.2} times as long as alone ({low:.2} to {high:.2})"
        ));
    }
    for record in records {
        if let Some(reason) = &record.left_out {
            line(format!("not run: {}: {reason}", record.job));
        }
        if let Some(reason) = &record.unadvised {
            line(format!("no advice: {}: {reason}", record.job));
        }
        for (variant, reason) in &record.failed {
            line(format!("failed: {} {variant}: {reason}", record.job));
        }
    }
}

/// The times of every variant, in seconds.
pub(crate) fn times(records: &[Record]) -> String {
    let mut table =
        Table::of_words(["job", "variant", "seconds", "interval", "against now"]);
    for record in records.iter().filter(|record| record.left_out.is_none()) {
        for variant in record.seconds.keys() {
            let Some(Found { low, median, high }) = record.time(variant) else {
                continue;
            };
            let interval = match low < high {
                true => format!("{low:.2}–{high:.2}"),
                false => "once".into(),
            };
            let against = record
                .speedup(variant)
                .map_or(String::new(), |found| ratio(found.median));
            table.row([
                &record.job,
                variant,
                &format!("{median:.2}"),
                &interval,
                &against,
            ]);
        }
    }
    table.to_string()
}
