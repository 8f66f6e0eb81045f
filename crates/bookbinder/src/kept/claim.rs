//! Claims: what somebody said, and the comparison that decides it.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Component, Path};

use pythons::Python;
use serde::{Deserialize, Serialize};
use surveyor::code::files;
use surveyor::kept::measurement::Unit;
use surveyor::kept::{Estimate, Measured};

use super::value::Values;
use crate::asking::Quantity;
use crate::lines::Lines;

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
    /// What is judged: only what was measured on that can decide it.
    pub about: Option<About>,
    /// The chapter that tries it, below `book/src`.
    pub chapter: String,
    /// What decides it: the id of a measurement, or two ids with ` / ` between them.
    pub measure: Quantity,
    /// On which Pythons. Their names follow the ids, also those of the control where that was
    /// measured on them, too. The claim holds when it holds on all of them.
    pub on: Option<Pythons>,
    /// The claim holds when the measure is no larger than this …
    pub at_most: Option<f64>,
    /// … or no smaller than this. One of the two.
    pub at_least: Option<f64>,
    /// Where the bound comes from. It was fixed before anything was measured.
    pub because_bound: Option<String>,
    /// The best other explanation of the number.
    pub rival: Option<String>,
    /// What would come out differently if the rival were right.
    pub control: Option<Control>,
    /// Why there is no rival: the number is a count, and this forces it.
    pub counted: Option<String>,
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

/// What a claim is about, and so what has to be measured to judge it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum About {
    /// Python: a real one.
    Python,
    /// Threads and processes as the operating system has them, seen through Rust.
    #[serde(rename = "the system")]
    System,
    /// The model of an interpreter, which explains and is no Python.
    #[serde(rename = "the model")]
    Model,
    /// What our pool, ring or explorer can do. No article speaks of that.
    #[serde(rename = "our code")]
    OurCode,
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Python => "Python",
            Self::System => "the system",
            Self::Model => "the model",
            Self::OurCode => "our code",
        })
    }
}

/// Some of the Pythons of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Pythons {
    /// All of them.
    #[serde(rename = "every Python")]
    Every,
    /// Those of Python 3.
    #[serde(rename = "every Python 3")]
    EveryThree,
    /// Those of Python 3 that have a GIL when they run.
    #[serde(rename = "every Python 3 with a GIL")]
    ThreesWithGil,
    /// Those that have a GIL when they run.
    #[serde(rename = "every Python with a GIL")]
    WithGil,
    /// Those that have none.
    #[serde(rename = "every Python without a GIL")]
    WithoutGil,
}

impl Pythons {
    fn has(self, python: &Python) -> bool {
        match self {
            Self::Every => true,
            Self::EveryThree => python.version.starts_with("3."),
            Self::ThreesWithGil => python.has_gil && python.version.starts_with("3."),
            Self::WithGil => python.has_gil,
            Self::WithoutGil => !python.has_gil,
        }
    }
}

/// What a machine says to a claim.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What comes of it.
    pub verdict: Verdict,
    /// What decided it.
    pub measure: Quantity,
    /// What was measured beside that.
    pub control: Option<Control>,
    /// On which Python that was, where there are several, and how many these are.
    pub on: Option<(String, usize)>,
}

/// A second measurement beside a claim, which would come out differently if the rival
/// explanation were right.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What decides it.
    pub measure: Quantity,
    /// The rival is refuted when the measure is no larger than this …
    pub at_most: Option<f64>,
    /// … or no smaller than this. One of the two.
    pub at_least: Option<f64>,
    /// What that says, in words.
    pub says: String,
}

/// The one end of a scale beyond which a measure must not be.
#[derive(Clone, Copy, Debug)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Bound {
    /// Exactly one of two numbers.
    fn of(at_most: Option<f64>, at_least: Option<f64>) -> Result<Self, &'static str> {
        let bound = match (at_most, at_least) {
            (Some(most), None) => Self::AtMost(most),
            (None, Some(least)) => Self::AtLeast(least),
            _ => return Err("needs either at_most or at_least"),
        };
        let (Self::AtMost(x) | Self::AtLeast(x)) = bound;
        if x.is_finite() { Ok(bound) } else { Err("has a bound that is not a number") }
    }

    /// What an interval says of it.
    fn verdict(self, Estimate { low, high, .. }: Estimate) -> Verdict {
        let satisfied = |x| match self {
            Self::AtMost(most) => x <= most,
            Self::AtLeast(least) => x >= least,
        };
        match (satisfied(low), satisfied(high)) {
            (true, true) => Verdict::Holds,
            (false, false) => Verdict::DoesNotHold,
            _ => Verdict::TooCloseToCall,
        }
    }

    /// How far a value is on the side that satisfies it, in shares of the bound; below zero when it
    /// doesn't.
    fn room(self, value: f64) -> f64 {
        match self {
            Self::AtMost(most) => (most - value) / most.abs().max(f64::MIN_POSITIVE),
            Self::AtLeast(least) => (value - least) / least.abs().max(f64::MIN_POSITIVE),
        }
    }

    fn say(self, format: fn(f64) -> String) -> String {
        match self {
            Self::AtMost(most) => format!("at most {}", format(most)),
            Self::AtLeast(least) => format!("at least {}", format(least)),
        }
    }
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
    /// The number would decide it, but the control fails: something else may explain it.
    Confounded,
    /// The machine has too few cores to try it.
    NeedsMoreCores,
    /// Nobody has measured it there.
    NotMeasured,
}

impl Verdict {
    /// From what speaks most against a claim to what speaks for it.
    const AGAINST: [Self; 6] = [
        Self::DoesNotHold,
        Self::Confounded,
        Self::TooCloseToCall,
        Self::NotMeasured,
        Self::NeedsMoreCores,
        Self::Holds,
    ];

    /// As `claims.toml` writes it; also the class of its colour.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does-not-hold",
            Self::TooCloseToCall => "too-close-to-call",
            Self::Confounded => "confounded",
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
        let bound = Bound::of(claim.at_most, claim.at_least);
        let control = claim.control.as_ref();
        let control = control.map(|c| Bound::of(c.at_most, c.at_least));
        let problem = if !seen.insert(claim.id.clone()) {
            "is there twice"
        } else if let Err(problem) = bound {
            problem
        } else if let Some(Err(_)) = control {
            "has a control that needs either at_most or at_least, a number"
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
    fn bounds(&self) -> Bound {
        Bound::of(self.at_most, self.at_least).expect("`read` refuses any other claim")
    }

    /// What the measurements of one machine say; of several Pythons, the one that speaks most
    /// against it.
    pub fn tried(&self, measured: &Measured) -> Tried {
        let Some(on) = self.on else { return self.tried_once(measured) };
        let group = measured.group(self.measure.group());
        let all = group.into_iter().flat_map(|group| &group.pythons);
        let mut tried: Vec<_> = all
            .filter(|python| on.has(python))
            .map(|python| Tried {
                on: Some((python.name.clone(), 0)),
                ..self.on(python, measured).tried_once(measured)
            })
            .collect();
        let of = tried.len();
        let room = |tried: &Tried| {
            let value =
                measured.value(&tried.measure).map_or(0.0, |value| value.estimate);
            self.bounds().room(value)
        };
        // Whatever speaks against it; of the same verdicts, what has least room to the bound.
        tried.sort_by(|a, b| {
            let verdicts = Verdict::AGAINST.iter();
            let rank = |tried: &Tried| verdicts.clone().position(|v| *v == tried.verdict);
            rank(a).cmp(&rank(b)).then(room(a).total_cmp(&room(b)))
        });
        match tried.into_iter().next() {
            Some(worst) => {
                Tried { on: worst.on.map(|(python, _)| (python, of)), ..worst }
            }
            None => self.tried_once(measured),
        }
    }

    /// The same claim about a single Python. Its name follows the ids, and those of the control where
    /// that was measured on it, too. What another program of the same name measured is no control.
    fn on(&self, python: &Python, measured: &Measured) -> Self {
        let is_other = |group: &str| {
            let there =
                measured.group(group).into_iter().flat_map(|group| &group.pythons);
            there.into_iter().any(|other| other.name == python.name && other != python)
        };
        let control = self.control.as_ref().map(|control| {
            let on = control.measure.on(&python.name);
            let measure = if is_other(control.measure.group()) {
                control.measure.on(&format!("the same {}", python.name))
            } else if measured.value(&on).is_some() {
                on
            } else {
                control.measure.clone()
            };
            Control { measure, ..control.clone() }
        });
        Self { measure: self.measure.on(&python.name), control, ..self.clone() }
    }

    fn tried_once(&self, measured: &Measured) -> Tried {
        let (measure, control) = (self.measure.clone(), self.control.clone());
        Tried { verdict: self.verdict_once(measured), measure, control, on: None }
    }

    /// What the measurements of one machine say; see [`Claim::tried`].
    pub fn verdict(&self, measured: &Measured) -> Verdict {
        self.tried(measured).verdict
    }

    /// What the measurements of one machine say.
    ///
    /// A claim whose control fails, or can't tell, is confounded where its own number would
    /// decide; one whose control was not measured is not measured. What is no count and was
    /// measured a single time has no interval, so it is given room for doubt.
    fn verdict_once(&self, measured: &Measured) -> Verdict {
        if measured.machine().is_some_and(|machine| machine.cores < self.cores) {
            return Verdict::NeedsMoreCores;
        }
        let Some(value) = measured.value(&self.measure) else {
            return Verdict::NotMeasured;
        };
        let value = if self.counted.is_some() { value } else { value.with_doubt() };
        let control = self.control.as_ref().map(|control| control.verdict(measured));
        match (self.bounds().verdict(value), control) {
            (_, Some(Verdict::NotMeasured)) => Verdict::NotMeasured,
            (
                Verdict::Holds | Verdict::DoesNotHold,
                Some(Verdict::DoesNotHold | Verdict::TooCloseToCall),
            ) => Verdict::Confounded,
            (verdict, _) => verdict,
        }
    }

    /// Whether a number meets the bound, whatever the control says.
    pub fn meets(&self, value: f64) -> bool {
        self.bounds().room(value) >= 0.0
    }

    /// The bound in words: `at most 0.55×`.
    pub fn bound(&self, format: fn(f64) -> String) -> String {
        self.bounds().say(format)
    }
}

impl Control {
    fn bounds(&self) -> Bound {
        Bound::of(self.at_most, self.at_least).expect("`read` refuses any other control")
    }

    /// Whether the rival is refuted: holds, does not, too close to call, not measured. What was
    /// measured a single time, and is no count, is given room for doubt.
    pub fn verdict(&self, measured: &Measured) -> Verdict {
        let Some(value) = measured.value(&self.measure) else {
            return Verdict::NotMeasured;
        };
        let units = self.measure.ids().filter_map(|id| measured.get(id)).map(|m| m.unit);
        let is_count = units.into_iter().all(|unit| unit == Unit::Count);
        self.bounds().verdict(if is_count { value } else { value.with_doubt() })
    }

    /// The bound in words: `at most 0.55×`.
    pub fn bound(&self, format: fn(f64) -> String) -> String {
        self.bounds().say(format)
    }
}

#[cfg(test)]
mod tests {
    use surveyor::kept::measurement::{Group, Machine, Measurement, Unit};

    use super::*;

    fn measured(low: f64, high: f64) -> Measured {
        let measurement = |id: &str, low, high| Measurement {
            id: id.into(),
            unit: Unit::Ns,
            estimate: f64::midpoint(low, high),
            low,
            high,
            samples: 10,
            processes: vec![],
            inside: None,
        };
        let machine = Machine { cpu: "abacus".into(), cores: 2, ..Machine::default() };
        let group = Group {
            group: "g".into(),
            machine,
            measurements: vec![
                measurement("g/a", low, high),
                measurement("g/b", 10.0, 10.0),
            ],
            ..Group::default()
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

    #[test]
    fn what_is_said_of_every_python_holds_on_each() {
        let python = |version: &str, has_gil: bool| Python {
            name: format!("CPython {version}"),
            version: version.into(),
            free_threaded: !has_gil,
            has_gil,
            compiler: "cc".into(),
            optimization: "-O3".into(),
        };
        let on = |values: &[(&str, f64)]| {
            let mut group = measured(1.0, 1.0).groups().next().unwrap().clone();
            let old = group.measurements[0].clone();
            let one = |(name, value): &(&str, f64)| Measurement {
                id: format!("g/{name}"),
                estimate: *value,
                low: value - 0.01,
                high: value + 0.01,
                ..old.clone()
            };
            group.measurements = values.iter().map(one).collect();
            let all = [("3.9", true), ("3.12", true), ("3.13t", false), ("3.14", true)];
            // The last one is there where somebody speaks of it.
            let is_there = values.iter().any(|(name, _)| name.ends_with("3.14"));
            let all = all.into_iter().take(if is_there { 4 } else { 3 });
            group.pythons =
                all.map(|(version, has_gil)| python(version, has_gil)).collect();
            Measured::new("m".into(), [group])
        };
        let claim = |on: &str, bound: &str| {
            let text = format!(
                "id = \"c\"\nstatement = \"s\"\nchapter = \"c.md\"\nmeasure = \"g/a\"\nverdict = \"holds\"\n\
                 on = \"{on}\"\nrival = \"r\"\n{bound}\n\
                 control = {{ measure = \"g/b\", at_most = 1, says = \"s\" }}"
            );
            toml::from_str::<Claim>(&text).unwrap()
        };
        let controls =
            [("b/CPython 3.9", 0.5), ("b/CPython 3.12", 0.5), ("b/CPython 3.13t", 0.5)];
        let with = |values: &[(&str, f64)]| on(&[values, &controls].concat());
        let said = |pythons: &str, bound: &str, values: &[(&str, f64)]| {
            let tried = claim(pythons, bound).tried(&with(values));
            let (python, of) = tried.on.unwrap_or_default();
            (tried.verdict, python.replace("CPython ", ""), of)
        };
        let values =
            [("a/CPython 3.9", 1.0), ("a/CPython 3.12", 2.0), ("a/CPython 3.13t", 9.0)];
        for (pythons, bound, expected) in [
            // The one with least room decides, and those that are not meant don't.
            ("every Python with a GIL", "at_most = 3", (Verdict::Holds, "3.12", 2)),
            ("every Python with a GIL", "at_least = 0.5", (Verdict::Holds, "3.9", 2)),
            ("every Python", "at_most = 3", (Verdict::DoesNotHold, "3.13t", 3)),
            (
                "every Python without a GIL",
                "at_most = 3",
                (Verdict::DoesNotHold, "3.13t", 1),
            ),
            (
                "every Python with a GIL",
                "at_most = 2",
                (Verdict::TooCloseToCall, "3.12", 2),
            ),
        ] {
            let (verdict, python, of) = said(pythons, bound, &values);
            assert_eq!((verdict, python.as_str(), of), expected, "{pythons}: {bound}");
        }
        // A control that was never measured, or fails, shows.
        let more = [&values[..], &[("a/CPython 3.14", 1.0)]].concat();
        let (verdict, python, _) = said("every Python with a GIL", "at_most = 3", &more);
        assert_eq!((verdict, python.as_str()), (Verdict::NotMeasured, "3.14"));
        let more = [&more[..], &[("b/CPython 3.14", 5.0)]].concat();
        let (verdict, python, _) = said("every Python with a GIL", "at_most = 3", &more);
        assert_eq!((verdict, python.as_str()), (Verdict::Confounded, "3.14"));
        // One on which the measurement went wrong is not forgotten.
        let (verdict, python, of) = said(
            "every Python with a GIL",
            "at_most = 3",
            &[&values[..], &[("c/CPython 3.14", 1.0)]].concat(),
        );
        assert_eq!((verdict, python.as_str(), of), (Verdict::NotMeasured, "3.14", 3));
        // Where there is no such Python, nothing was measured.
        let (verdict, ..) =
            said("every Python without a GIL", "at_most = 3", &values[..2]);
        assert_eq!(verdict, Verdict::NotMeasured);
    }

    #[test]
    fn a_control_decides_whether_a_number_decides() {
        for (control, claim_decided) in [
            ("at_most = 7", None),
            ("at_least = 7", Some(Verdict::Confounded)),
            // The control's interval has both.
            ("at_least = 5.4", Some(Verdict::Confounded)),
        ] {
            let control = format!(
                "rival = \"r\"\ncontrol = {{ measure = \"g/a\", {control}, says = \"s\" }}"
            );
            for (bound, verdict) in [
                ("at_most = 0.6", Verdict::Holds),
                ("at_most = 0.4", Verdict::DoesNotHold),
            ] {
                let verdict = claim_decided.unwrap_or(verdict);
                let claim = claim(&format!("{bound}\n{control}"));
                assert_eq!(claim.verdict(&measured(5.0, 5.9)), verdict, "{control}");
            }
        }
        // A number that decides nothing isn't confounded, whatever its control says.
        for control in ["at_most = 7", "at_least = 7", "at_least = 5.4"] {
            let control = format!(
                "rival = \"r\"\ncontrol = {{ measure = \"g/a\", {control}, says = \"s\" }}"
            );
            let claim = claim(&format!("at_most = 0.55\n{control}"));
            assert_eq!(claim.verdict(&measured(5.0, 5.9)), Verdict::TooCloseToCall);
        }
        let unknown = "control = { measure = \"g/z\", at_most = 1, says = \"s\" }";
        let claim = claim(&format!("at_most = 0.6\nrival = \"r\"\n{unknown}"));
        assert_eq!(claim.verdict(&measured(5.0, 5.9)), Verdict::NotMeasured);
    }

    #[test]
    fn a_single_sample_decides_only_what_is_far_away() {
        let single = |value: f64| {
            let mut measured = measured(value, value);
            let mut group = measured.groups().next().unwrap().clone();
            group.measurements.iter_mut().for_each(|m| m.samples = 1);
            measured = Measured::new("m".into(), [group]);
            measured
        };
        let near = claim("at_most = 0.6");
        assert_eq!(near.verdict(&single(5.0)), Verdict::TooCloseToCall);
        assert_eq!(near.verdict(&single(4.0)), Verdict::Holds);
        let counted = claim("at_most = 0.6\ncounted = \"A test.\"");
        assert_eq!(counted.verdict(&single(5.0)), Verdict::Holds);
    }
}
