//! From which size on one curve lies below another.

use tour::format;

use super::measured::Measured;

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
    /// everywhere.
    pub fn between(on: &Measured, split: &str, whole: &str) -> Self {
        let at = |series: &str, x: f64| {
            on.get(&format!("{series}/{x}"))
                .or_else(|| on.get(series))
                .map(|m| m.estimate)
        };
        let sizes = on.below(split).filter_map(|m| m.id.rsplit('/').next()?.parse().ok());
        let mut differences: Vec<(f64, f64)> = sizes
            .filter_map(|x: f64| Some((x, (at(split, x)? / at(whole, x)?).ln())))
            .collect();
        differences.sort_by(|a, b| a.0.total_cmp(&b.0));
        match differences.iter().rposition(|&(_, difference)| difference >= 0.0) {
            None => differences.first().map_or(Self::Never, |&(x, _)| Self::Always(x)),
            Some(last) if last + 1 == differences.len() => Self::Never,
            Some(last) => {
                let ((x0, d0), (x1, d1)) = (differences[last], differences[last + 1]);
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
