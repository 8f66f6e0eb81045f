//! Measurements by their names: several series of the same names, and lines beside them.

use std::collections::{BTreeSet, HashMap};

use surveyor::kept::measurement::{Measurement, Unit};
use surveyor::kept::{Estimate, Measured};
use surveyor::say::nearest;

use super::grid::{OnEach, View, few};
use super::material::Material;
use super::natural::natural;
use super::value::Values;
use crate::asking::dots as asked;
use crate::finding::Refusal;

/// Beyond this factor between the largest and the smallest value, an axis from 0 shows nothing of the
/// small ones.
const FAR: f64 = 30.0;

/// Points over names, and lines to compare them with.
#[derive(Clone, Debug)]
pub struct Dots<'a> {
    /// What the ids of all points have after their group.
    pub about: &'a str,
    /// What the names are.
    pub x: &'a str,
    /// What the measurements count.
    pub unit: Unit,
    /// Whether the values grow by factors, and none is 0.
    pub grow_by_factors: bool,
    /// Each name once, in its order, which is that in which people count.
    pub names: Vec<&'a str>,
    /// The reference machine's, then the reader's.
    pub series: Vec<Series<'a>>,
    /// The reference machine's, then the reader's.
    pub lines: Vec<Line<'a>>,
}

/// What was measured of one kind under each name.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    /// What stands between the prefix and the names; it may be nothing.
    pub name: &'a str,
    /// Measured on the reader's machine.
    pub yours: bool,
    /// The place of each name, and what was measured there; names without a measurement are left out.
    pub points: Vec<(usize, &'a Measurement)>,
}

/// A number of the same unit as the points.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// What it is called.
    pub label: &'a str,
    /// Measured on the reader's machine.
    pub yours: bool,
    /// The number.
    pub value: Estimate,
}

impl Material {
    /// Points over names.
    pub(crate) fn dots<'a>(
        &'a self,
        ask: &'a asked::Dots,
    ) -> Result<OnEach<'a, Dots<'a>>, Refusal> {
        self.check(&ask.prefix, ask.ids())?;
        for line in &ask.lines {
            self.ask(&line.quantity)?;
        }
        let there = by_series(ask, &self.reference);
        if let Some(series) =
            ask.only.iter().find(|name| !there.of.contains_key(&***name))
        {
            let there =
                nearest(series, there.order.iter().filter(|name| !name.is_empty()));
            return Err((
                format!("`{}/{series}` is no series of names", ask.prefix),
                format!("name all of the ids but the last part; series are: {there}"),
            ));
        }
        self.show(&ask.prefix, |view| view.dots(ask))
    }
}

/// The measurements of a machine by their series: each with its name.
struct BySeries<'a> {
    order: Vec<&'a str>,
    of: HashMap<&'a str, Vec<(&'a str, &'a Measurement)>>,
}

fn by_series<'a>(ask: &'a asked::Dots, on: &'a Measured) -> BySeries<'a> {
    let mut all = BySeries { order: Vec::new(), of: HashMap::new() };
    for m in on.below(&ask.prefix) {
        let rest = &m.id[ask.prefix.len() + 1..];
        let (series, name) = rest.rsplit_once('/').unwrap_or(("", rest));
        let points = all.of.entry(series).or_default();
        if points.is_empty() {
            all.order.push(series);
        }
        points.push((name, m));
    }
    all
}

impl<'a> View<'a> {
    fn dots(self, ask: &'a asked::Dots) -> Result<Dots<'a>, Refusal> {
        let Self { on, yours } = self;
        let mut all = shown(ask, on, false);
        let unit = one_unit(ask, on, &all)?;
        if let Some(yours) = yours {
            let mut theirs = shown(ask, yours, true);
            for (_, _, points) in &mut theirs {
                points.retain(|(_, m)| m.unit == unit);
            }
            all.extend(theirs);
        }
        all.retain(|(_, _, points)| !points.is_empty());
        few(&ask.prefix, all.iter().map(|(_, _, points)| points.len()).sum())?;

        let names =
            all.iter().flat_map(|(_, _, points)| points.iter().map(|&(name, _)| name));
        let mut names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
        names.sort_by_cached_key(|&name| natural(name));
        let places: HashMap<&str, usize> = names.iter().copied().zip(0..).collect();
        let series = all.into_iter().map(|(name, yours, points)| {
            let points = points.into_iter().map(|(name, m)| (places[name], m)).collect();
            Series { name, yours, points }
        });
        let series: Vec<_> = series.collect();

        let of = |on: &Measured, yours| {
            let lines = ask.lines.iter().filter(|line| on.unit(&line.quantity) == unit);
            let line = |line: &'a asked::Line| {
                let value = on.value(&line.quantity)?;
                Some(Line { label: &line.label, yours, value })
            };
            lines.filter_map(line).collect::<Vec<_>>()
        };
        let mut lines = of(on, false);
        lines.extend(yours.into_iter().flat_map(|yours| of(yours, true)));

        let points = series.iter().flat_map(|series| &series.points);
        let values = points.map(|(_, m)| (m.low, m.estimate));
        let values =
            values.chain(lines.iter().map(|line| (line.value.low, line.value.estimate)));
        let (mut lowest, mut least, mut most) = (f64::INFINITY, f64::INFINITY, 0.0_f64);
        for (low, estimate) in values {
            lowest = lowest.min(low);
            (least, most) = (least.min(estimate), most.max(estimate));
        }
        Ok(Dots {
            about: ask.prefix.split_once('/').map_or("", |(_, rest)| rest),
            x: &ask.x,
            unit,
            grow_by_factors: lowest > 0.0 && most > FAR * least,
            names,
            series,
            lines,
        })
    }
}

/// A series, whether it is the reader's, and its points by their names.
type Shown<'a> = (&'a str, bool, Vec<(&'a str, &'a Measurement)>);

/// The series that are asked for, in that order, and all in theirs where none is.
fn shown<'a>(ask: &'a asked::Dots, on: &'a Measured, yours: bool) -> Vec<Shown<'a>> {
    let BySeries { mut order, mut of } = by_series(ask, on);
    if !ask.only.is_empty() {
        order = ask.only.iter().map(String::as_str).collect();
    }
    order
        .into_iter()
        .map(|name| (name, yours, of.remove(name).unwrap_or_default()))
        .collect()
}

/// What all of it counts; refuses what can't stand on one axis.
fn one_unit(ask: &asked::Dots, on: &Measured, all: &[Shown]) -> Result<Unit, Refusal> {
    let mut points = all.iter().flat_map(|(_, _, points)| points.iter().map(|&(_, m)| m));
    let Some(first) = points.next() else {
        return Err((
            format!("none of these series of `{}` was measured", ask.prefix),
            "measure it, or name others".into(),
        ));
    };
    let differ = |id: String, unit: Unit| {
        (
            format!(
                "`{}` is measured as {}, and `{id}` as {}, so they have no axis in common",
                first.id,
                first.unit.quantity(),
                unit.quantity()
            ),
            "name series, and lines, that are measured as the same".into(),
        )
    };
    if let Some(other) = points.find(|other| other.unit != first.unit) {
        return Err(differ(other.id.clone(), other.unit));
    }
    let lines = ask.lines.iter().map(|line| &line.quantity);
    let mut lines = lines.filter(|&line| on.value(line).is_some());
    match lines.find(|&line| on.unit(line) != first.unit) {
        Some(line) => Err(differ(line.to_string(), on.unit(line))),
        None => Ok(first.unit),
    }
}
