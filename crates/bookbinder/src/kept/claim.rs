//! Claims: what somebody said, and the comparison that decides it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::measured::Measured;
use crate::asking::Quantity;
use crate::code::files;
use crate::code::lines::Lines;

/// The claims, from the root of the project.
pub const FILE: &str = "book/claims.toml";

/// A claim of `book/claims.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// By which name chapters cite it.
    pub id: String,
    /// What is claimed, in our words.
    pub statement: String,
    /// Who says so: the letters of the articles, or nobody but us.
    #[serde(default)]
    pub articles: Vec<String>,
    /// The chapter that tries it, below `book/src`.
    pub chapter: String,
    /// What decides it: the id of a measurement, or two ids with ` / ` between them.
    pub measure: Quantity,
    /// The claim holds when the measure is no larger than this …
    pub at_most: Option<f64>,
    /// … or no smaller than this. One of the two.
    pub at_least: Option<f64>,
    /// How many cores a machine needs to try it.
    #[serde(default = "one")]
    pub cores: usize,
    /// What came out on the reference machine.
    pub verdict: Verdict,
    /// Why, where that needs saying.
    #[serde(default)]
    pub because: Option<String>,
    /// The line of the file in which it has its id; 0 where that can't be told.
    #[serde(skip)]
    pub line: usize,
}

fn one() -> usize {
    1
}

/// What a measurement says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The whole interval satisfies the bound.
    Holds,
    /// None of it does.
    DoesNotHold,
    /// Some of it does.
    TooCloseToCall,
    /// The machine has too few cores to try it.
    NeedsMoreCores,
    /// Nobody has measured it there.
    NotMeasured,
}

impl Verdict {
    /// As `claims.toml` writes it; also the class of its colour.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does-not-hold",
            Self::TooCloseToCall => "too-close-to-call",
            Self::NeedsMoreCores => "needs-more-cores",
            Self::NotMeasured => "not-measured",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.name().replace('-', " "))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    claim: Vec<Claim>,
}

/// Reads the claims.
///
/// # Errors
///
/// The line (0 for the whole file) and what is wrong: the file is missing, is not TOML,
/// has no claim at all, two of the same id, or one without a bound.
pub fn read(file: &Path) -> Result<Vec<Claim>, (usize, String)> {
    let text = files::text(file).map_err(|problem| (0, problem))?;
    let mut claims = toml::from_str::<File>(&text)
        .map_err(|error| {
            let line = error.span().map_or(0, |span| Lines::of(&text).at(span.start));
            (line, error.message().to_string())
        })?
        .claim;
    if claims.is_empty() {
        return Err((0, "there is no claim in it".into()));
    }
    let id = |line: &str| {
        Some(line.trim().strip_prefix("id = \"")?.strip_suffix('"')?.to_string())
    };
    let lines = (1..).zip(text.lines()).filter_map(|(n, line)| Some((id(line)?, n)));
    // From the end, so that the first of two stays.
    let lines: HashMap<_, _> = lines.collect::<Vec<_>>().into_iter().rev().collect();
    let mut seen = HashSet::new();
    for claim in &mut claims {
        claim.line = lines.get(&claim.id).copied().unwrap_or(0);
        let problem = if !seen.insert(claim.id.clone()) {
            "is there twice"
        } else if claim.at_most.is_some() == claim.at_least.is_some() {
            "needs either at_most or at_least"
        } else if claim.at_most.or(claim.at_least).is_some_and(|bound| !bound.is_finite())
        {
            "has a bound that is not a number"
        } else if !is_chapter(Path::new(&claim.chapter)) {
            "needs a chapter as SUMMARY.md names it, such as part/name.md"
        } else {
            continue;
        };
        return Err((claim.line, format!("claim `{}` {problem}", claim.id)));
    }
    Ok(claims)
}

/// Whether a path can be that of a chapter: a Markdown file below `book/src`.
fn is_chapter(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
        && path.extension().is_some_and(|kind| kind == "md")
}

impl Claim {
    /// What the measurements of one machine say.
    pub fn verdict(&self, measured: &Measured) -> Verdict {
        if measured.machine().is_some_and(|machine| machine.cores < self.cores) {
            return Verdict::NeedsMoreCores;
        }
        let Some(value) = measured.value(&self.measure) else {
            return Verdict::NotMeasured;
        };
        let satisfied = |x: f64| {
            self.at_most.is_none_or(|most| x <= most)
                && self.at_least.is_none_or(|least| x >= least)
        };
        match (satisfied(value.low), satisfied(value.high)) {
            (true, true) => Verdict::Holds,
            (false, false) => Verdict::DoesNotHold,
            _ => Verdict::TooCloseToCall,
        }
    }

    /// The bound in words: `at most 0.55×`.
    pub fn bound(&self, format: fn(f64) -> String) -> String {
        match (self.at_most, self.at_least) {
            (Some(most), _) => format!("at most {}", format(most)),
            (_, Some(least)) => format!("at least {}", format(least)),
            _ => unreachable!("`read` refuses a claim without a bound"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::measurement::{FORMAT, Group, Machine, Measurement, Unit};

    fn measured(low: f64, high: f64) -> Measured {
        let measurement = |id: &str, low, high| Measurement {
            id: id.into(),
            unit: Unit::Ns,
            estimate: f64::midpoint(low, high),
            low,
            high,
            samples: 10,
        };
        let machine = Machine {
            cpu: "abacus".into(),
            cores: 2,
            memory: 1,
            os: "Linux".into(),
            kernel: "6".into(),
            rustc: "1.90.0".into(),
            python: None,
        };
        let group = Group {
            format: FORMAT,
            group: "g".into(),
            date: "2026-01-01".into(),
            commit: "abc".into(),
            code: "0".into(),
            quick: false,
            seconds: 1.0,
            machine,
            measurements: vec![
                measurement("g/a", low, high),
                measurement("g/b", 10.0, 10.0),
            ],
        };
        Measured::new("m".into(), [group])
    }

    fn claim(extra: &str) -> Claim {
        let text = format!(
            "id = \"c\"\nstatement = \"s\"\nchapter = \"c.md\"\nmeasure = \"g/a / g/b\"\nverdict = \"holds\"\n{extra}"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn the_whole_interval_decides() {
        let claim = claim("at_most = 0.6");
        assert_eq!(claim.verdict(&measured(5.0, 5.9)), Verdict::Holds);
        assert_eq!(claim.verdict(&measured(5.0, 6.1)), Verdict::TooCloseToCall);
        assert_eq!(claim.verdict(&measured(6.1, 7.0)), Verdict::DoesNotHold);
    }

    #[test]
    fn a_lower_bound_works_the_other_way_round() {
        let claim = claim("at_least = 0.6");
        assert_eq!(claim.verdict(&measured(6.1, 7.0)), Verdict::Holds);
        assert_eq!(claim.verdict(&measured(5.0, 5.9)), Verdict::DoesNotHold);
    }

    #[test]
    fn what_a_machine_can_not_try_is_not_decided() {
        assert_eq!(
            claim("at_most = 0.6\ncores = 4").verdict(&measured(5.0, 5.9)),
            Verdict::NeedsMoreCores
        );
        let mut unknown = claim("at_most = 0.6");
        unknown.measure = Quantity::parse("g/z").unwrap();
        assert_eq!(unknown.verdict(&measured(5.0, 5.9)), Verdict::NotMeasured);
    }
}
