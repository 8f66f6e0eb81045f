//! From which size on one curve lies below another.

use std::collections::{BTreeSet, HashMap};

use surveyor::kept::Measured;
use tour::format;

use super::size::sized;

/// From which size on one curve lies below another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BreakEven {
    /// From this size on, between two that were measured.
    At(f64),
    /// At every size measured; this is the smallest.
    Always(f64),
    /// Not at the largest size measured.
    Never,
}

impl BreakEven {
    /// Where the series below `split` falls under the one below `whole` and stays there,
    /// straight lines between the points in logarithms. Series without sizes are the same
    /// everywhere. Where there is no such line, since a size or a value is 0, it is the size after it.
    pub fn between(on: &Measured, split: &str, whole: &str) -> Self {
        let estimates = |series| -> HashMap<u64, f64> {
            sized(on, series).map(|(x, m)| (x.to_bits(), m.estimate)).collect()
        };
        let [of_split, of_whole] = [split, whole].map(estimates);
        let everywhere = [split, whole].map(|series| on.get(series).map(|m| m.estimate));
        let sizes: BTreeSet<u64> =
            of_split.keys().chain(of_whole.keys()).copied().collect();
        // None is negative, so they are in the order of their bits.
        let differences = sizes.into_iter().filter_map(|x| {
            let split = of_split.get(&x).copied().or(everywhere[0])?;
            let whole = of_whole.get(&x).copied().or(everywhere[1])?;
            Some((f64::from_bits(x), (split / whole).ln()))
        });
        // Of two zeros none is larger.
        let differences: Vec<(f64, f64)> =
            differences.map(|(x, d)| (x, if d.is_nan() { 0.0 } else { d })).collect();
        match differences.iter().rposition(|&(_, difference)| difference >= 0.0) {
            None => differences.first().map_or(Self::Never, |&(x, _)| Self::Always(x)),
            Some(last) if last + 1 == differences.len() => Self::Never,
            Some(last) => {
                let ((x0, d0), (x1, d1)) = (differences[last], differences[last + 1]);
                // Nothing measured next to something: there is no line between them.
                if x0 == 0.0 || !d0.is_finite() || !d1.is_finite() {
                    return Self::At(x1);
                }
                Self::At((x0.ln() + (x1.ln() - x0.ln()) * d0 / (d0 - d1)).exp())
            }
        }
    }

    /// In words: `at about 60,000 squares`.
    pub fn say(self, of: &str) -> String {
        let say = |x: f64| format!("{} {of}", format::number(x)).trim_end().to_string();
        match self {
            Self::At(x) => {
                let digit = 10_f64.powf(x.log10().floor());
                format!("at about {}", say((x / digit).round() * digit))
            }
            Self::Always(x) => format!("already at {}", say(x)),
            Self::Never => "at none of the sizes measured".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use surveyor::kept::measurement::{FORMAT, Group, Machine};

    use super::*;

    fn measured(values: &[(&str, f64)]) -> Measured {
        let measurement = |&(id, value): &(&str, f64)| {
            serde_json::json!({
                "id": id, "unit": "ns", "estimate": value, "low": value, "high": value, "samples": 10,
            })
        };
        let group = serde_json::json!({
            "format": FORMAT,
            "group": "g",
            "date": "2026-01-01",
            "commit": "abc",
            "code": "0",
            "quick": false,
            "seconds": 1.0,
            "machine": Machine::default(),
            "measurements": values.iter().map(measurement).collect::<Vec<_>>(),
        });
        let group: Group = serde_json::from_value(group).expect("it is a group");
        Measured::new("m".into(), [group])
    }

    #[test]
    fn one_size_may_be_written_in_two_ways() {
        let on = measured(&[
            ("g/a/1", 4.0),
            ("g/a/100.0", 1.0),
            ("g/b/1.0", 2.0),
            ("g/b/100", 2.0),
        ]);
        let BreakEven::At(x) = BreakEven::between(&on, "g/a", "g/b") else {
            panic!("they cross");
        };
        assert!((x - 10.0).abs() < 1e-9, "{x}");
    }

    #[test]
    fn names_are_no_sizes_and_what_lies_deeper_is_another_series() {
        let on = measured(&[
            ("g/a/10", 1.0),
            ("g/a/inf", 9.0),
            ("g/a/x/100", 9.0),
            ("g/b/10", 2.0),
            ("g/b/inf", 2.0),
            ("g/b/100", 2.0),
        ]);
        assert_eq!(BreakEven::between(&on, "g/a", "g/b"), BreakEven::Always(10.0));
    }

    #[test]
    fn either_series_may_be_the_same_everywhere() {
        let on = measured(&[("g/a/1", 4.0), ("g/a/100", 1.0), ("g/b", 2.0)]);
        assert!(matches!(BreakEven::between(&on, "g/a", "g/b"), BreakEven::At(_)));
        assert_eq!(BreakEven::between(&on, "g/b", "g/a"), BreakEven::Never);
        let on = measured(&[("g/a/1", 1.0), ("g/a/100", 4.0), ("g/b", 2.0)]);
        assert!(matches!(BreakEven::between(&on, "g/b", "g/a"), BreakEven::At(_)));
    }

    #[test]
    fn there_is_no_line_to_zero() {
        let on =
            measured(&[("g/a/0", 4.0), ("g/a/5", 0.0), ("g/b/0", 2.0), ("g/b/5", 2.0)]);
        assert_eq!(BreakEven::between(&on, "g/a", "g/b"), BreakEven::At(5.0));
        assert_eq!(BreakEven::At(5.0).say("x"), "at about 5 x");
    }
}
