//! Measurements of one group in two dimensions, as a table or as a plot; and where two of
//! its curves cross.

use std::fmt::Write;

use tour::format;

use crate::html::{capital, escape, interval_of};
use crate::material::{Material, Refusal};
use crate::measurement::{Measured, Measurement, Unit};
use crate::plot::{Bar, Bars, Lines, Point, Series};

/// The measurements below an id, and how to lay them out.
pub(crate) struct Grid<'a> {
    material: &'a Material,
    prefix: &'a str,
    /// What the numbers at the end of the ids count; without it they are names like the
    /// rest.
    x: Option<&'a str>,
    /// The series with which the others break even.
    baseline: Option<&'a str>,
    /// Just these series, in this order; all when there are none.
    only: Vec<&'a str>,
}

impl<'a> Grid<'a> {
    /// Reads the arguments of `table`, `plot`, `spread` and `bars`: `PREFIX [| WHAT X COUNTS [|
    /// BASELINE [| SERIES; SERIES …]]]`. The baseline may be empty.
    pub(crate) fn parse(
        material: &'a Material,
        arguments: &'a str,
    ) -> Result<Self, Refusal> {
        let parts: Vec<_> = arguments.split('|').map(str::trim).collect();
        let (prefix, x, baseline, only) = match parts[..] {
            [prefix] => (prefix, None, "", ""),
            [prefix, x] => (prefix, Some(x), "", ""),
            [prefix, x, baseline] => (prefix, Some(x), baseline, ""),
            [prefix, x, baseline, only] => (prefix, Some(x), baseline, only),
            _ => {
                return Err((
                    format!("`{arguments}` has too many parts"),
                    "write GROUP | WHAT THE SIZES COUNT | BASELINE | SERIES; SERIES"
                        .into(),
                ));
            }
        };
        let baseline = Some(baseline).filter(|baseline| !baseline.is_empty());
        let only: Vec<_> =
            only.split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
        let measured = |id: &str| {
            material.reference.get(id).is_some()
                || material.reference.below(id).next().is_some()
        };
        let series = only.iter().chain(&baseline).map(|name| format!("{prefix}/{name}"));
        for id in std::iter::once(prefix.to_string()).chain(series) {
            if !measured(&id) {
                material.find(&id)?;
            }
        }
        Ok(Self { material, prefix, x, baseline, only })
    }

    /// Name and size of a measurement: what follows the prefix, and the number at its
    /// end, if that is a size here. Where there is nothing but a size, the name is empty.
    fn place<'m>(&self, measurement: &'m Measurement) -> (&'m str, Option<f64>) {
        let rest = &measurement.id[self.prefix.len() + 1..];
        let (name, x) = rest.rsplit_once('/').unwrap_or(("", rest));
        match x.parse() {
            Ok(x) if self.x.is_some() => (name, Some(x)),
            _ => (rest, None),
        }
    }

    /// The names, and the sizes, of the reference machine; each once, in their order.
    fn axes(&self) -> (Vec<&'a str>, Vec<f64>) {
        let (mut names, mut sizes) = (Vec::new(), Vec::new());
        for measurement in self.material.reference.below(self.prefix) {
            let (name, x) = self.place(measurement);
            if !names.contains(&name) {
                names.push(name);
            }
            if let Some(x) = x
                && !sizes.contains(&x)
            {
                sizes.push(x);
            }
        }
        sizes.sort_by(f64::total_cmp);
        if !self.only.is_empty() {
            names.clone_from(&self.only);
        }
        (names, sizes)
    }

    /// The measurement `name` at `key`, a size or what else follows the name. One that
    /// has neither is the same everywhere.
    fn at<'m>(&self, on: &'m Measured, name: &str, key: &str) -> Option<&'m Measurement> {
        if name.is_empty() {
            return on.get(&format!("{}/{key}", self.prefix));
        }
        let constant = on.get(&format!("{}/{name}", self.prefix));
        constant.or_else(|| on.get(&format!("{}/{name}/{key}", self.prefix)))
    }

    /// An HTML table. With sizes: a row for each, a column for each name. Without: names
    /// that have a slash become row and column. Where that is a single column, a second
    /// one has the intervals; in others they appear under the pointer.
    pub(crate) fn table(&self) -> String {
        let (names, sizes) = self.axes();
        let (mut rows, mut columns): (Vec<String>, Vec<String>) =
            (Vec::new(), Vec::new());
        if self.x.is_some() {
            rows.extend(sizes.iter().map(f64::to_string));
            columns.extend(names.iter().map(|name| name.to_string()));
        } else {
            for name in names {
                let (row, column) = name.split_once('/').unwrap_or((name, ""));
                for (seen, new) in [(&mut rows, row), (&mut columns, column)] {
                    if !seen.iter().any(|old| old == new) {
                        seen.push(new.into());
                    }
                }
            }
        }
        let mut html = String::from(
            "\n\n<div class=\"table-wrapper\"><table class=\"measurements\">\n",
        );
        if self.material.yours.is_some() {
            html.push_str(
                "<caption class=\"yours\">second line: your machine</caption>\n",
            );
        }
        let _ =
            write!(html, "<thead><tr><th>{}</th>", escape(self.x.unwrap_or_default()));
        for column in &columns {
            let heading = if column.is_empty() { "measured" } else { column };
            let _ = write!(html, "<th>{}</th>", escape(heading));
        }
        if columns.len() == 1 {
            html.push_str("<th>interval</th>");
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        for row in &rows {
            let size = self.x.and_then(|_| row.parse().ok());
            let heading = size.map_or(row.clone(), format::number);
            let _ = write!(html, "<tr><th>{}</th>", escape(&heading));
            let mut cell = |column: &str, show: fn(&Measurement) -> String| {
                let (name, key) =
                    if size.is_some() { (column, &**row) } else { (&**row, column) };
                let cell = self.cell(|on| self.at(on, name, key).cloned(), show);
                let _ = write!(html, "<td>{cell}</td>");
            };
            for column in &columns {
                cell(column, Measurement::show);
            }
            if let [column] = &columns[..] {
                cell(column, Measurement::spread);
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody>\n</table></div>\n\n");
        html
    }

    fn cell(
        &self,
        find: impl Fn(&Measured) -> Option<Measurement>,
        show: fn(&Measurement) -> String,
    ) -> String {
        let Some(m) = find(&self.material.reference) else { return String::new() };
        let mut html =
            format!("<span title=\"{}\">{}</span>", escape(&interval_of(&m)), show(&m));
        if let Some(yours) = &self.material.yours {
            let (shown, tip) = find(yours)
                .map_or(("not measured".into(), String::new()), |m| {
                    (show(&m), interval_of(&m))
                });
            let _ = write!(
                html,
                "<br><span class=\"yours\" title=\"{}\">{shown}</span>",
                escape(&tip)
            );
        }
        html
    }

    /// A plot over sizes.
    pub(crate) fn plot(&self) -> Result<String, Refusal> {
        self.lines(|unit, x_label| {
            let title = capital(&format!("{} by {x_label}", unit.quantity()));
            (title, unit.quantity(), true)
        })
    }

    /// How samples are spread: of a thousand, how many lie at each size.
    pub(crate) fn spread(&self) -> Result<String, Refusal> {
        self.lines(|_, x_label| {
            (format!("How many of 1,000, by {x_label}"), "of 1,000", false)
        })
    }

    /// A plot with lines. `labels` makes of the unit and the label of the x axis: a title, the
    /// label of the y axis, and whether that is logarithmic.
    fn lines(
        &self,
        labels: impl Fn(Unit, &str) -> (String, &'static str, bool),
    ) -> Result<String, Refusal> {
        let (names, sizes) = self.axes();
        if sizes.len() < 2 {
            return Err((
                format!("`{}` has no sizes to plot over", self.prefix),
                "say what they count, as in {{#plot group | numbers}}, or use `bars`"
                    .into(),
            ));
        }
        let series = |on: &Measured, yours: bool| -> Vec<Series> {
            let point = |name: &str, x: f64| {
                let m = self.at(on, name, &x.to_string())?;
                Some(Point { x, low: m.low, estimate: m.estimate, high: m.high })
            };
            let series = |name: &&str| Series {
                name: (*name).to_string(),
                yours,
                points: sizes.iter().filter_map(|&x| point(name, x)).collect(),
            };
            names.iter().map(series).collect()
        };
        let mut all = series(&self.material.reference, false);
        all.extend(self.material.yours.iter().flat_map(|yours| series(yours, true)));

        let id = |name: &str| format!("{}/{name}", self.prefix);
        let mark = self.baseline.and_then(|baseline| {
            let others = names.iter().filter(|&&name| name != baseline);
            let crossings = others.filter_map(|name| {
                match break_even(&self.material.reference, &id(name), &id(baseline)) {
                    BreakEven::At(x) => Some((x, *name)),
                    _ => None,
                }
            });
            let (x, name) = crossings.min_by(|a, b| a.0.total_cmp(&b.0))?;
            Some((x, format!("break-even: {name}")))
        });
        let unit = self
            .material
            .reference
            .below(self.prefix)
            .next()
            .map_or(Unit::Count, |m| m.unit);
        let x_label = self.x.unwrap_or_default();
        let (title, y_label, log_y) = labels(unit, x_label);
        let log_x = can_be_logarithmic(&sizes);
        let plot = Lines {
            title,
            x_label: x_label.into(),
            y_label: y_label.into(),
            format: unit.format(),
            base: unit.base(),
            log_x,
            log_y: log_y && log_x,
            series: all,
            mark,
        };
        Ok(format!("\n\n<figure>{}</figure>\n\n", plot.svg()))
    }

    /// A bar for each measurement, those of the reader under those of the reference.
    pub(crate) fn bars(&self) -> String {
        let mut bars = Vec::new();
        let mut add = |m: &Measurement, yours: bool| {
            bars.push(Bar {
                name: m.id[self.prefix.len() + 1..].replace('/', ", "),
                yours,
                low: m.low,
                estimate: m.estimate,
                high: m.high,
            });
        };
        let mut unit = Unit::Count;
        for measurement in self.material.reference.below(self.prefix) {
            unit = measurement.unit;
            add(measurement, false);
            if let Some(yours) =
                self.material.yours.as_ref().and_then(|on| on.get(&measurement.id))
            {
                add(yours, true);
            }
        }
        let plot = Bars { title: capital(unit.quantity()), format: unit.format(), bars };
        format!("\n\n<figure>{}</figure>\n\n", plot.svg())
    }
}

/// From which size on one curve lies below another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BreakEven {
    /// From this size on, between two that were measured.
    At(f64),
    /// At every size measured; this is the smallest.
    Always(f64),
    /// Not at the largest size measured.
    Never,
}

impl BreakEven {
    /// In words: `at about 60,000 squares`.
    pub(crate) fn say(self, of: &str) -> String {
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

/// Where the series below `split` falls under the one below `whole` and stays there,
/// straight lines between the points in logarithms. Series without sizes are the same
/// everywhere.
pub(crate) fn break_even(on: &Measured, split: &str, whole: &str) -> BreakEven {
    let at = |series: &str, x: f64| {
        on.get(&format!("{series}/{x}")).or_else(|| on.get(series)).map(|m| m.estimate)
    };
    let sizes = on.below(split).filter_map(|m| m.id.rsplit('/').next()?.parse().ok());
    let mut differences: Vec<(f64, f64)> = sizes
        .filter_map(|x: f64| Some((x, (at(split, x)? / at(whole, x)?).ln())))
        .collect();
    differences.sort_by(|a, b| a.0.total_cmp(&b.0));
    match differences.iter().rposition(|&(_, difference)| difference >= 0.0) {
        None => {
            differences.first().map_or(BreakEven::Never, |&(x, _)| BreakEven::Always(x))
        }
        Some(last) if last + 1 == differences.len() => BreakEven::Never,
        Some(last) => {
            let ((x0, d0), (x1, d1)) = (differences[last], differences[last + 1]);
            BreakEven::At((x0.ln() + (x1.ln() - x0.ln()) * d0 / (d0 - d1)).exp())
        }
    }
}

/// Sizes grow by factors, mostly. Where 0 is one of them, it is a share, or the like, and has no place
/// on a logarithmic axis.
fn can_be_logarithmic(sizes: &[f64]) -> bool {
    sizes.iter().all(|&size| size > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_logarithm() {
        assert!(can_be_logarithmic(&[1.0, 1_000.0]));
        assert!(!can_be_logarithmic(&[0.0, 25.0, 50.0]));
    }
}
