//! Many measurements of one group: as a table, as curves over sizes, one by one.

use std::collections::{HashMap, HashSet};

use surveyor::kept::Measured;
use surveyor::kept::measurement::{Measurement, Unit};
use tour::format;

use super::break_even::BreakEven;
use super::material::Material;
use super::size::size;
use crate::asking::Layout;
use crate::finding::Refusal;

/// Nobody reads more in a table or a plot.
const MOST: usize = 20_000;

/// A measurement of the reference machine, and the reader's beside it.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The reference machine's.
    pub reference: &'a Measurement,
    /// The reader's; nothing where that is not shown.
    pub yours: Option<Option<&'a Measurement>>,
}

/// Something to show of the reference machine, and the same of others.
#[derive(Clone, Debug)]
pub struct OnEach<'a, T> {
    /// Of the reference machine, with the reader's beside it.
    pub reference: T,
    /// Of the other machines that come with the book, by their names.
    pub beside: Vec<(&'a str, T)>,
}

/// A row of a [`Table`].
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// What stands before it: a size or a name.
    pub heading: Heading,
    /// A cell for each column, where something was measured.
    pub cells: Vec<Option<Cell<'a>>>,
}

/// What stands before a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Heading {
    /// A size.
    Size(f64),
    /// A name.
    Name(String),
}

/// Measurements in rows and columns.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// What stands over the headings of the rows.
    pub corner: &'a str,
    /// What stands over each column; nothing over the only one.
    pub columns: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<Row<'a>>,
    /// Whether the reader's measurements stand in it, too.
    pub has_yours: bool,
}

/// A curve over sizes.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Measured on the reader's machine.
    pub yours: bool,
    /// Sizes, and what was measured there.
    pub points: Vec<(f64, &'a Measurement)>,
}

/// Curves over sizes.
#[derive(Clone, Debug)]
pub struct Curves<'a> {
    /// What the sizes count.
    pub x: &'a str,
    /// What the measurements count.
    pub unit: Unit,
    /// Whether sizes grow by factors, mostly. Where 0 is one of them, it is a share, or the like, and has
    /// no place on a logarithmic axis.
    pub grow_by_factors: bool,
    /// The reference machine's, then the reader's.
    pub curves: Vec<Curve<'a>>,
    /// The first size at which one of them crosses the baseline, and its name.
    pub crossing: Option<(f64, &'a str)>,
}

/// Measurements one by one.
#[derive(Clone, Debug)]
pub struct List<'a> {
    /// What they count.
    pub unit: Unit,
    /// What follows the prefix, and the measurement.
    pub items: Vec<(&'a str, Cell<'a>)>,
}

/// Where a measurement belongs: its series, and its size if it has one.
struct Place<'a> {
    name: &'a str,
    size: Option<f64>,
}

impl<'a> Place<'a> {
    /// Name and size: what follows the prefix, and the number at its end, if that is a size here.
    /// Where there is nothing but a size, the name is empty.
    fn of(layout: &Layout, measurement: &'a Measurement) -> Self {
        let rest = &measurement.id[layout.prefix.len() + 1..];
        let (name, key) = rest.rsplit_once('/').unwrap_or(("", rest));
        match size(key) {
            Some(size) if layout.x.is_some() => Self { name, size: Some(size) },
            _ => Self { name: rest, size: None },
        }
    }
}

/// The measurements of a machine by name and size.
struct Places<'a>(HashMap<(&'a str, Option<u64>), &'a Measurement>);

impl<'a> Places<'a> {
    /// Of two in one place, the first one stays.
    fn of(layout: &'a Layout, on: &'a Measured) -> Self {
        let mut places = HashMap::new();
        for measurement in on.below(&layout.prefix) {
            let Place { name, size } = Place::of(layout, measurement);
            places.entry((name, size.map(f64::to_bits))).or_insert(measurement);
        }
        Self(places)
    }

    /// What has that name and size. What has no size is the same everywhere.
    fn at(&self, name: &str, size: f64) -> Option<&'a Measurement> {
        let there = |size| self.0.get(&(name, size)).copied();
        there(Some(size.to_bits())).or_else(|| there(None))
    }
}

/// The names and the sizes of the reference machine; each once, names in their order.
struct Axes<'a> {
    names: Vec<&'a str>,
    /// From the smallest.
    sizes: Vec<f64>,
}

impl<'a> Axes<'a> {
    fn of(layout: &'a Layout, on: &'a Measured) -> Self {
        let (mut names, mut sizes, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for measurement in on.below(&layout.prefix) {
            let Place { name, size } = Place::of(layout, measurement);
            if seen.insert(name) {
                names.push(name);
            }
            sizes.extend(size);
        }
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        if !layout.only.is_empty() {
            names = layout.only.iter().map(String::as_str).collect();
        }
        Self { names, sizes }
    }
}

/// Refuses what nobody could read.
pub(super) fn few(prefix: &str, numbers: usize) -> Result<(), Refusal> {
    if numbers <= MOST {
        return Ok(());
    }
    let (numbers, most) = (format::number(numbers as f64), format::number(MOST as f64));
    Err((
        format!("`{prefix}` has places for {numbers} numbers, and a page shows {most}"),
        "name a part of it, or some of its series".into(),
    ))
}

/// What a table or a plot shows on one machine, and what the reader measured beside it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) on: &'a Measured,
    pub(super) yours: Option<&'a Measured>,
}

impl Material {
    /// A table.
    pub(crate) fn table<'a>(
        &'a self,
        layout: &'a Layout,
    ) -> Result<OnEach<'a, Table<'a>>, Refusal> {
        self.on_each(layout, View::table)
    }

    /// Curves over sizes.
    pub(crate) fn curves<'a>(
        &'a self,
        layout: &'a Layout,
    ) -> Result<OnEach<'a, Curves<'a>>, Refusal> {
        self.on_each(layout, View::curves)
    }

    /// Each measurement.
    pub(crate) fn list<'a>(
        &'a self,
        layout: &'a Layout,
    ) -> Result<OnEach<'a, List<'a>>, Refusal> {
        self.on_each(layout, View::list)
    }

    fn on_each<'a, T>(
        &'a self,
        layout: &'a Layout,
        show: impl Fn(View<'a>, &'a Layout) -> Result<T, Refusal>,
    ) -> Result<OnEach<'a, T>, Refusal> {
        self.check(&layout.prefix, layout.ids())?;
        self.show(&layout.prefix, |view| show(view, layout))
    }

    /// The same on the reference machine, which decides whether it can be shown, and on each
    /// other that comes with the book and measured any of it.
    pub(super) fn show<'a, T>(
        &'a self,
        prefix: &str,
        show: impl Fn(View<'a>) -> Result<T, Refusal>,
    ) -> Result<OnEach<'a, T>, Refusal> {
        let reference = show(View { on: &self.reference, yours: self.yours.as_ref() })?;
        let measured = self.others.iter().filter(|on| on.has_below(prefix));
        let beside = measured.filter_map(|on| {
            Some((on.name.as_str(), show(View { on, yours: None }).ok()?))
        });
        Ok(OnEach { reference, beside: beside.collect() })
    }

    /// Refuses a prefix of what was never measured, or of one measurement, and `ids` with nothing at
    /// or below them.
    pub(super) fn check(
        &self,
        prefix: &str,
        mut ids: impl Iterator<Item = String>,
    ) -> Result<(), Refusal> {
        if !self.reference.has_below(prefix) {
            self.find(prefix)?;
            return Err((
                format!("`{prefix}` is one measurement"),
                format!("cite it with {{{{#measured {prefix}}}}}, or name the group"),
            ));
        }
        let is_there = |id: &String| {
            self.reference.get(id).is_some() || self.reference.has_below(id)
        };
        match ids.find(|id| !is_there(id)) {
            Some(id) => self.find(&id).map(drop),
            None => Ok(()),
        }
    }
}

impl<'a> View<'a> {
    fn cell(self, reference: &'a Measurement) -> Cell<'a> {
        let yours = self.yours.map(|yours| yours.get(&reference.id));
        Cell { reference, yours }
    }

    /// The measurements by name and size.
    fn places(self, layout: &'a Layout) -> Result<Places<'a>, Refusal> {
        let places = Places::of(layout, self.on);
        let hidden = self.on.below(&layout.prefix).find_map(|m| {
            let Place { name, size } = Place::of(layout, m);
            let there = places.0.get(&(name, size.map(f64::to_bits)))?;
            (there.id != m.id).then_some((there, m))
        });
        match hidden {
            None => Ok(places),
            Some((one, other)) => Err((
                format!("`{}` and `{}` are of the same size", one.id, other.id),
                "let the bench write each size once".into(),
            )),
        }
    }

    /// A table. With sizes: a row for each, a column for each name. Without: names
    /// that have a slash become row and column.
    fn table(self, layout: &'a Layout) -> Result<Table<'a>, Refusal> {
        let Axes { names, sizes } = Axes::of(layout, self.on);
        let (columns, rows): (Vec<&str>, Vec<Row>) = if layout.x.is_some() {
            few(&layout.prefix, names.len() * sizes.len())?;
            let reference = self.places(layout)?;
            let yours = self.yours.map(|yours| Places::of(layout, yours));
            let cell = |name: &str, size| {
                let at = |places: &Places<'a>| places.at(name, size);
                Some(Cell { reference: at(&reference)?, yours: yours.as_ref().map(at) })
            };
            let row = |&size: &f64| Row {
                heading: Heading::Size(size),
                cells: names.iter().map(|name| cell(name, size)).collect(),
            };
            let rows = sizes.iter().map(row).collect();
            (names, rows)
        } else {
            let split = |name: &'a str| name.split_once('/').unwrap_or((name, ""));
            let (mut rows, mut columns) = (Vec::new(), Vec::new());
            let (mut seen_rows, mut seen_columns) = (HashSet::new(), HashSet::new());
            for (row, column) in names.into_iter().map(split) {
                if seen_rows.insert(row) {
                    rows.push(row);
                }
                if seen_columns.insert(column) {
                    columns.push(column);
                }
            }
            few(&layout.prefix, rows.len() * columns.len())?;
            let cell = |row: &str, column: &str| {
                let id = match column {
                    "" => format!("{}/{row}", layout.prefix),
                    column => format!("{}/{row}/{column}", layout.prefix),
                };
                Some(self.cell(self.on.get(&id)?))
            };
            let row = |name: &str| Row {
                heading: Heading::Name(name.into()),
                cells: columns.iter().map(|column| cell(name, column)).collect(),
            };
            let rows = rows.into_iter().map(row).collect();
            (columns, rows)
        };
        Ok(Table {
            corner: layout.x.as_deref().unwrap_or_default(),
            columns: columns.into_iter().map(String::from).collect(),
            rows,
            has_yours: self.yours.is_some(),
        })
    }

    /// Curves over sizes.
    fn curves(self, layout: &'a Layout) -> Result<Curves<'a>, Refusal> {
        let Axes { names, sizes } = Axes::of(layout, self.on);
        if sizes.len() < 2 {
            return Err((
                format!("`{}` has no sizes to plot over", layout.prefix),
                "say what they count, as in {{#plot group | numbers}}, or use `bars`"
                    .into(),
            ));
        }
        let id = |name: &str| format!("{}/{name}", layout.prefix);
        let curves = |on: &'a Measured, yours: bool| {
            let mut points: HashMap<&str, Vec<(f64, &'a Measurement)>> = HashMap::new();
            for measurement in on.below(&layout.prefix) {
                let Place { name, size } = Place::of(layout, measurement);
                if let Some(size) = size {
                    points.entry(name).or_default().push((size, measurement));
                }
            }
            let curve = |&name: &&'a str| {
                let points = match on.get(&id(name)) {
                    // The same everywhere: from end to end.
                    Some(constant) => {
                        let ends = [sizes.first(), sizes.last()].into_iter().flatten();
                        ends.map(|&size| (size, constant)).collect()
                    }
                    None => points.remove(name).unwrap_or_default(),
                };
                Curve { name, yours, points }
            };
            names.iter().map(curve).collect::<Vec<_>>()
        };
        let mut all = curves(self.on, false);
        all.extend(self.yours.into_iter().flat_map(|yours| curves(yours, true)));
        few(&layout.prefix, all.iter().map(|curve| curve.points.len()).sum())?;

        let crossing = layout.baseline.as_deref().and_then(|baseline| {
            let others = names.iter().filter(|&&name| name != baseline);
            let crossings = others.filter_map(|name| {
                match BreakEven::between(self.on, &id(name), &id(baseline)) {
                    BreakEven::At(x) => Some((x, *name)),
                    _ => None,
                }
            });
            crossings.min_by(|a, b| a.0.total_cmp(&b.0))
        });
        Ok(Curves {
            x: layout.x.as_deref().unwrap_or_default(),
            unit: self.unit(layout),
            grow_by_factors: sizes.iter().all(|&size| size > 0.0),
            curves: all,
            crossing,
        })
    }

    /// Each measurement.
    fn list(self, layout: &'a Layout) -> Result<List<'a>, Refusal> {
        let item = |measurement: &'a Measurement| {
            (&measurement.id[layout.prefix.len() + 1..], self.cell(measurement))
        };
        let items: Vec<_> = self.on.below(&layout.prefix).map(item).collect();
        few(&layout.prefix, items.len())?;
        Ok(List { unit: self.unit(layout), items })
    }

    fn unit(self, layout: &Layout) -> Unit {
        self.on.below(&layout.prefix).next().map_or(Unit::Count, |m| m.unit)
    }
}
