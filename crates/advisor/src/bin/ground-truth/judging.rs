//! Holds advice against what was measured.

use serde::Serialize;

use crate::record::{Found, Range, Record};

/// Advice is right when what it recommends takes at most so many times as long as the best variant.
pub(crate) const AMONG_THE_BEST: f64 = 1.1;

/// What advice was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Verdict {
    /// What it recommends is among the best.
    Right,
    /// It isn't, but no slower than the program is now.
    Wrong,
    /// What it recommends is slower than the program is now, or fails.
    Slower,
    /// The advisor says so itself.
    CannotTell,
    /// The job has no variant that would show it.
    NoSuchVariant,
    /// There is no advice, or nothing was measured.
    NotAsked,
}

impl Verdict {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Slower => "slower!",
            Self::CannotTell => "can't tell",
            Self::NoSuchVariant => "no such variant",
            Self::NotAsked => "not asked",
        }
    }
}

/// A job's advice, judged.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    /// How many times as fast as now the program is if one does what was recommended.
    pub(crate) real: Option<Found>,
    /// How many times as fast it should be.
    pub(crate) predicted: Option<Range>,
    /// Whether the prediction held; nothing, where there was none.
    pub(crate) held: Option<bool>,
}

/// Judges what the advisor said of a job.
///
/// * Variants that take up to [`AMONG_THE_BEST`] times as long as the best are equally good.
/// * Something else is slower than leaving the program as it is when it was so in most rounds.
/// * A prediction holds when the median of the real speed-ups lies in it. Advice to leave the program as it is predicts
///   that no variant is faster by more than a tenth.
pub(crate) fn judge(record: &Record) -> Judged {
    let nothing = |verdict| Judged { verdict, real: None, predicted: None, held: None };
    let (Some(advice), Some((_, best))) = (&record.advice, record.best()) else {
        return nothing(Verdict::NotAsked);
    };
    let option = advice.recommendation.as_str();
    if option == "cannot-tell" {
        return nothing(Verdict::CannotTell);
    }
    let said = advice.options.iter().find(|predicted| predicted.option == option);
    let predicted = said.and_then(|predicted| predicted.speedup);
    let Some(variant) = record.variant_for(option) else {
        return Judged { predicted, ..nothing(Verdict::NoSuchVariant) };
    };
    let (Some(time), Some(real)) = (record.time(variant), record.speedup(variant)) else {
        let held = predicted.map(|_| false);
        return Judged { predicted, held, ..nothing(Verdict::Slower) };
    };
    let verdict = match time.median {
        time if time <= best.median * AMONG_THE_BEST => Verdict::Right,
        _ if variant != record.baseline && real.median < 1.0 => Verdict::Slower,
        _ => Verdict::Wrong,
    };
    let held = match (option, predicted) {
        ("leave", _) => Some(verdict == Verdict::Right),
        (_, None) => None,
        (_, Some(Range { low, high })) => Some(low <= real.median && real.median <= high),
    };
    Judged { verdict, real: Some(real), predicted, held }
}

/// How many predictions of all there were, recommended or not, contain what was measured, and of how many.
pub(crate) fn coverage(record: &Record) -> (usize, usize) {
    let options = record.advice.iter().flat_map(|advice| &advice.options);
    let held =
        options.filter(|predicted| predicted.option != "leave").filter_map(|predicted| {
            let Range { low, high } = predicted.speedup?;
            let real = record.speedup(record.variant_for(&predicted.option)?)?.median;
            Some(low <= real && real <= high)
        });
    held.fold((0, 0), |(held, all), holds| (held + usize::from(holds), all + 1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::record::{Advice, Predicted};

    /// A job whose baseline is `one`; of each variant, its times.
    fn record(seconds: &[(&str, &[f64])], advice: &str, low: f64, high: f64) -> Record {
        let each = |option: &str| Predicted {
            option: option.into(),
            speedup: Some(Range { low, high }),
        };
        let times = |times: &[f64]| times.iter().copied().map(Some).collect();
        Record {
            job: "sorting".into(),
            kind: "sorts".into(),
            tasks: None,
            baseline: "one".into(),
            stands_for: seconds
                .iter()
                .map(|(variant, _)| ((*variant).into(), vec![(*variant).into()]))
                .collect(),
            seconds: seconds.iter().map(|(v, all)| ((*v).into(), times(all))).collect(),
            failed: BTreeMap::new(),
            left_out: None,
            advice: Some(Advice {
                recommendation: advice.into(),
                sentence: String::new(),
                options: vec![each("threads"), each("processes")],
                took: 0.0,
            }),
            unadvised: None,
        }
    }

    const TIMES: [(&str, &[f64]); 4] = [
        ("one", &[4.0, 4.1, 3.9]),
        ("threads", &[4.4, 4.6, 4.5]),
        ("processes", &[2.0, 2.1, 2.0]),
        ("async", &[3.0, 3.0, 3.0]),
    ];

    fn verdict(advice: &str) -> Verdict {
        judge(&record(&TIMES, advice, 1.5, 2.1)).verdict
    }

    #[test]
    fn only_what_is_among_the_best_is_right() {
        assert_eq!(verdict("processes"), Verdict::Right);
        assert_eq!(verdict("async"), Verdict::Wrong, "faster, but not the best");
        assert_eq!(verdict("leave"), Verdict::Wrong);
        assert_eq!(verdict("threads"), Verdict::Slower);
        assert_eq!(verdict("cannot-tell"), Verdict::CannotTell);
        assert_eq!(verdict("both"), Verdict::NoSuchVariant);
        let unasked = Record { advice: None, ..record(&TIMES, "threads", 1.0, 1.0) };
        assert_eq!(judge(&unasked).verdict, Verdict::NotAsked);
    }

    #[test]
    fn up_to_a_tenth_is_no_difference() {
        for (threads, expected) in [(2.19, Verdict::Right), (2.21, Verdict::Wrong)] {
            let threads = [threads; 3];
            let times: [(&str, &[f64]); 3] =
                [("one", &[4.0; 3]), ("threads", &threads), ("processes", &[2.0; 3])];
            let judged = judge(&record(&times, "threads", 1.5, 2.0));
            assert_eq!(judged.verdict, expected);
        }
    }

    #[test]
    fn what_fails_is_no_good_advice_even_if_it_was_quick() {
        let mut failing = record(&TIMES, "processes", 1.5, 2.1);
        failing.failed.insert("processes".into(), "MemoryError".into());
        let judged = judge(&failing);
        assert_eq!((judged.verdict, judged.held), (Verdict::Slower, Some(false)));
        assert_eq!(failing.best().map(|(variant, _)| variant), Some("async"));
    }

    #[test]
    fn a_prediction_holds_when_the_median_lies_in_it() {
        for (low, high, held) in [(1.5, 2.1, true), (2.05, 2.4, false), (1.0, 1.9, false)]
        {
            assert_eq!(judge(&record(&TIMES, "processes", low, high)).held, Some(held));
        }
        // 4 ÷ 2 lies in it, and 4 ÷ 4.5 doesn't.
        assert_eq!(coverage(&record(&TIMES, "leave", 1.5, 2.1)), (1, 2));
    }

    #[test]
    fn leaving_it_predicts_that_nothing_helps() {
        assert_eq!(judge(&record(&TIMES, "leave", 1.0, 1.0)).held, Some(false));
        let times: [(&str, &[f64]); 2] = [("one", &[4.0; 3]), ("threads", &[3.8; 3])];
        let judged = judge(&record(&times, "leave", 1.0, 1.0));
        assert_eq!((judged.verdict, judged.held), (Verdict::Right, Some(true)));
    }

    #[test]
    fn speedups_are_of_the_same_round() {
        // The machine was half as fast in the second round.
        let times: [(&str, &[f64]); 2] = [("one", &[4.0, 8.0]), ("threads", &[2.0, 4.0])];
        let mut record = record(&times, "threads", 1.0, 3.0);
        assert_eq!(record.speedups("threads"), [2.0, 2.0]);
        record.seconds.get_mut("threads").unwrap()[1] = None;
        assert_eq!(record.speedups("threads"), [2.0]);
    }
}
