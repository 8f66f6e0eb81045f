//! A chart of points over names: Cleveland's dot plot, turned so that the names stand at its foot
//! (Cleveland, *Graphical Methods for Data Presentation*, The American Statistician 1984).

use std::collections::HashMap;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, FONT, THIN, WIDTH};
use super::axis::{Axis, has_place};
use super::distinct;
use super::frame::{HEIGHT, Upright, grid_line};
use super::heading::{Key, heading};
use super::ink::Ink;
use super::picture::picture;
use super::series::{Line, Series};
use super::text::{ROW, sentence, widest, wrap, write_rows};
use crate::drawing::html::Html;

/// A chart of points over names, each with its interval, and of levels to compare them with.
#[derive(Clone, Debug)]
pub(crate) struct Dots {
    /// What the chart shows; empty for no heading.
    pub(crate) title: String,
    /// What the names are.
    pub(crate) x_label: String,
    /// What stands over the y axis.
    pub(crate) y_label: String,
    /// Writes a value of the y axis with its unit.
    pub(crate) format: fn(f64) -> String,
    /// The ticks of a logarithmic y axis are powers of this.
    pub(crate) base: f64,
    /// Whether the y axis is logarithmic; otherwise it starts at 0.
    pub(crate) log_y: bool,
    /// From left to right.
    pub(crate) names: Vec<String>,
    /// In the order of the legend. A point's x is the place of its name.
    pub(crate) series: Vec<Series>,
    /// In any order.
    pub(crate) levels: Vec<Level>,
}

/// A horizontal line at a value, and a band for its interval.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    /// What stands at its right end.
    pub(crate) label: String,
    /// Measured on the reader's own machine: the line is dashed and has no label of its own.
    pub(crate) yours: bool,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The value.
    pub(crate) estimate: f64,
    /// The upper end of the interval.
    pub(crate) high: f64,
}

/// How much narrower than the room for a name its points stand.
const NARROWER: f64 = 0.7;
/// How far apart they need not be.
const APART: f64 = 130.0;
/// How long what connects a level with its label is.
const HANDLE: i32 = 110;

impl Level {
    /// The rows of its label.
    fn rows(&self) -> Vec<String> {
        wrap(&self.label, WIDTH / 4)
    }

    /// Draws the band and the line from one end to the other; `down` says how far down a value stands.
    fn draw(
        &self,
        area: &Area,
        (left, right): (i32, i32),
        down: impl Fn(f64) -> i32,
    ) -> Drawn<()> {
        let band = [(left, down(self.high)), (right, down(self.low))];
        area.draw(&Rectangle::new(band, Ink::TEXT.solid().mix(0.08).filled()))?;
        let ink = if self.yours { Ink::TEXT.dashed() } else { Ink::TEXT.solid() };
        let y = down(self.estimate);
        area.draw(&PathElement::new([(left, y), (right, y)], ink.stroke_width(THIN)))
    }
}

impl Dots {
    /// The chart as one `<svg>` element: lines none of which is blank.
    pub(crate) fn svg(&self) -> Html {
        let names = distinct(self.series.iter().map(|series| series.name.as_str()));
        let numbers: HashMap<_, _> = names.iter().zip(0..).collect();
        let lines = self.series.iter().map(|series| {
            let number = numbers.get(&series.name.as_str()).copied().unwrap_or(0);
            Line::new(series, number, false, self.log_y)
        });
        let mut lines: Vec<Line> = lines.collect();
        for line in &mut lines {
            line.points.retain(|point| self.name_of(point.x).is_some());
        }
        let levels =
            self.levels.iter().filter(|level| has_place(level.estimate, self.log_y));
        let levels: Vec<&Level> = levels.collect();
        picture(&self.title, &self.describe(&lines, &levels), |area| {
            self.draw(area, &names, &lines, &levels)
        })
    }

    fn name_of(&self, x: f64) -> Option<&str> {
        let place = (x >= 0.0).then_some(x as usize)?;
        self.names.get(place).map(String::as_str)
    }

    /// All that was measured, name by name.
    fn describe(&self, lines: &[Line], levels: &[&Level]) -> String {
        let mut said = format!("{} by {}.", self.y_label, self.x_label);
        for Line { series, points, .. } in lines {
            for p in points {
                let name = self.name_of(p.x).unwrap_or_default();
                let (of, at) = match series.name.as_str() {
                    "" => (name, String::new()),
                    series => (series, format!(" at {name}")),
                };
                let values = (p.low, p.estimate, p.high);
                said.push(' ');
                said.push_str(&sentence(of, series.yours, &at, self.format, values));
            }
        }
        for level in levels {
            let values = (level.low, level.estimate, level.high);
            said.push(' ');
            said.push_str(&sentence(&level.label, level.yours, "", self.format, values));
        }
        said
    }

    fn draw(
        &self,
        area: &Area,
        names: &[&str],
        lines: &[Line],
        levels: &[&Level],
    ) -> Drawn<i32> {
        let points = || lines.iter().flat_map(|line| &line.points);
        if points().next().is_none() {
            let top = heading(area, &self.title, &[])?;
            return write_rows(area, &["No measurements.".into()], (0, top), HPos::Left);
        }
        let values = points().flat_map(|p| [p.low, p.estimate, p.high]);
        let values =
            values.chain(levels.iter().flat_map(|l| [l.low, l.estimate, l.high]));
        let ys = Axis::new(self.log_y, true, values);
        let ys = Upright::new(ys, (self.format, self.base));

        let room = levels.iter().map(|level| widest(&level.rows()) + HANDLE + 40).max();
        let (left, right) = (ys.left, WIDTH - room.unwrap_or(50));
        let step = f64::from(right - left) / self.names.len() as f64;
        let middle = |x: f64| left + ((x + 0.5) * step) as i32;

        let mut keys = Vec::new();
        if names.len() > 1 {
            keys.extend(names.iter().enumerate().map(|(i, name)| Key::points(name, i)));
        }
        let dashed = levels.iter().any(|level| level.yours);
        if dashed || self.series.iter().any(|series| series.yours) {
            keys.push(Key::yours_hollow(Ink::TEXT, dashed));
        }
        let top = heading(area, &self.title, &keys)?;
        let top =
            write_rows(area, &wrap(&self.y_label, WIDTH), (0, top), HPos::Left)? + 70;
        let bottom = top + HEIGHT;

        ys.draw(area, top, right)?;
        let below = self.draw_names(area, (top, bottom), middle, step)?;
        for level in levels {
            level.draw(area, (left, right), |value| ys.down(top, value))?;
        }
        let labelled = levels.iter().filter(|level| !level.yours);
        let labels = labelled.map(|level| (ys.down(top, level.estimate), level.rows()));
        let beside = (top - ROW / 2, bottom + ROW / 2);
        let below = draw_labels(area, labels.collect(), right, beside)?.max(below);

        // Side by side, so that no interval hides another: each series, and then the reader's.
        let mut columns =
            distinct(lines.iter().map(|line| (line.number, line.series.yours)));
        columns.sort_unstable();
        let apart = (step * NARROWER / columns.len() as f64).min(APART);
        for line in lines {
            let is_its = |&(number, yours): &_| {
                (number, yours) == (line.number, line.series.yours)
            };
            let column = columns.iter().position(is_its).unwrap_or(0) as f64;
            let aside = (column - (columns.len() - 1) as f64 / 2.0) * apart;
            line.draw_points(area, |x, y| (middle(x) + aside as i32, ys.down(top, y)))?;
        }
        Ok(below)
    }

    /// Draws a line for each name, the names and what they are; returns the height after them.
    fn draw_names(
        &self,
        area: &Area,
        (top, bottom): (i32, i32),
        middle: impl Fn(f64) -> i32,
        step: f64,
    ) -> Drawn<i32> {
        let shared = shared_word(&self.names);
        let short = |name: &String| {
            let rest = shared.and_then(|word| name.strip_prefix(word));
            wrap(rest.unwrap_or(name), WIDTH / 3)
        };
        let labels: Vec<Vec<String>> = self.names.iter().map(short).collect();
        let widths: Vec<i32> = labels.iter().map(|label| widest(label)).collect();
        let rows = rows_of(&widths, step);
        let height = ROW * labels.iter().map(Vec::len).max().unwrap_or(0) as i32;
        for (place, (label, width)) in labels.iter().zip(&widths).enumerate() {
            let x = middle(place as f64);
            let label_top = bottom + 55 + (place % rows) as i32 * height;
            // Down to a name in a lower row.
            let end = if place % rows == 0 { bottom } else { label_top };
            grid_line(area, (x, top), (x, end))?;
            let x = x.min(WIDTH - width / 2).max(width / 2);
            write_rows(area, label, (x, label_top), HPos::Center)?;
        }
        let what = match shared {
            Some(word) => format!("{} ({word})", self.x_label),
            None => self.x_label.clone(),
        };
        let below = bottom + 70 + rows as i32 * height;
        let centre = middle((self.names.len() as f64 - 1.0) / 2.0);
        write_rows(area, &wrap(&what, WIDTH), (centre, below), HPos::Center)
    }
}

/// The first word of all names, where each goes on after it.
fn shared_word(names: &[String]) -> Option<&str> {
    let (word, _) = names.first()?.split_once(' ')?;
    let goes_on = |name: &String| {
        let rest = name.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
        rest.is_some_and(|rest| !rest.trim().is_empty())
    };
    (!word.is_empty() && names.iter().all(goes_on)).then_some(word)
}

/// In how many rows labels of these widths, `step` apart, have room when they take turns.
fn rows_of(widths: &[i32], step: f64) -> usize {
    let fit = |rows: &usize| {
        let room = 2.0 * step * *rows as f64;
        let mut pairs = widths.iter().zip(&widths[*rows..]);
        pairs.all(|(a, b)| f64::from(a.saturating_add(*b).saturating_add(FONT)) <= room)
    };
    (1..=widths.len()).find(fit).unwrap_or(1)
}

/// Writes the labels of levels at the right of a frame, each at its height or, where there is no room,
/// near it, and connects both. Returns the height after them.
fn draw_labels(
    area: &Area,
    mut ends: Vec<(i32, Vec<String>)>,
    right: i32,
    within: (i32, i32),
) -> Drawn<i32> {
    ends.sort_by_key(|(y, _)| *y);
    let heights = ends.iter().map(|(y, label)| (*y, label.len() as i32 * ROW));
    let tops = apart(&heights.collect::<Vec<_>>(), within);
    let mut below = within.0;
    for ((y, label), top) in ends.iter().zip(tops) {
        let middle = top + label.len() as i32 * ROW / 2;
        area.draw(&PathElement::new(
            [(right, *y), (right + HANDLE, middle)],
            Ink::TEXT.solid().stroke_width(THIN),
        ))?;
        below = write_rows(area, label, (right + HANDLE + 40, top), HPos::Left)?;
    }
    Ok(below)
}

/// The tops of boxes of which middle and height are given, from the highest: as near to their middles as
/// they can be without overlapping, and within these ends where they have room there.
fn apart(boxes: &[(i32, i32)], (upper, lower): (i32, i32)) -> Vec<i32> {
    // Less the heights of all above, the tops must not descend: those that would are pooled, and all of
    // a pool stand at their mean.
    let mut pools: Vec<(f64, usize)> = Vec::new();
    let mut above = 0;
    for &(middle, height) in boxes {
        let mut pool = (f64::from(middle - height / 2 - above), 1);
        while let Some((sum, count)) =
            pools.pop_if(|(sum, count)| *sum / *count as f64 > pool.0 / pool.1 as f64)
        {
            pool = (pool.0 + sum, pool.1 + count);
        }
        pools.push(pool);
        above += height;
    }
    let all = above;
    let starts = pools.into_iter().flat_map(|(sum, count)| {
        let start = (sum / count as f64) as i32;
        std::iter::repeat_n(start.min(lower - all).max(upper), count)
    });
    let mut above = 0;
    let tops = starts.zip(boxes).map(|(start, (_, height))| {
        let top = start + above;
        above += height;
        top
    });
    tops.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::chart::tests::{check, dots};

    const VERSIONS: [&str; 12] = [
        "CPython 2.7",
        "CPython 3.6",
        "CPython 3.7",
        "CPython 3.8",
        "CPython 3.9",
        "CPython 3.10",
        "CPython 3.11",
        "CPython 3.12",
        "CPython 3.13",
        "CPython 3.13t",
        "CPython 3.14",
        "CPython 3.14t",
    ];

    #[test]
    fn every_point_and_every_level_is_drawn_and_said() {
        let mut chart = dots(&VERSIONS, &["two threads", "eight"], &[("model", 3e6)]);
        chart.series[1].points.remove(3);
        chart.series.push(Series { yours: true, ..chart.series[0].clone() });
        chart.levels.push(Level { yours: true, ..chart.levels[0].clone() });
        let svg = check(chart.svg());
        let whisker =
            |line: &&str| line.starts_with("<polyline") && line.matches(',').count() == 6;
        assert_eq!(svg.lines().filter(whisker).count(), 12 + 11 + 12);
        for text in ["two threads", "eight", "your machine", "model", "version (CPython)"]
        {
            assert_eq!(svg.matches(&format!(">{text}<")).count(), 1, "{text} in {svg}");
        }
        for name in VERSIONS.map(|name| &name["CPython ".len()..]) {
            assert_eq!(svg.matches(&format!(">{name}<")).count(), 1, "{name} in {svg}");
        }
        for said in [
            "two threads at CPython 3.13t: 10 ms &#40;9.0 ms to 11 ms&#41;.",
            "two threads, your machine at CPython 2.7: 1.0 ms",
            "model: 3.0 ms",
            "model, your machine: 3.0 ms",
        ] {
            assert!(svg.contains(said), "{said} in {svg}");
        }
        assert!(!svg.contains("eight at CPython 3.8:"), "it was not measured: {svg}");
    }

    #[test]
    fn a_picture_has_room_for_every_level() {
        let height = |levels: &[(&str, f64)]| {
            let svg = check(dots(&VERSIONS, &["two threads"], levels).svg());
            let (_, rest) = svg.split_once("viewBox=\"0 0 4400 ").unwrap();
            rest.split_once('"').unwrap().0.parse::<i32>().unwrap()
        };
        let low = height(&[]);
        assert_eq!(height(&[("model", 3e6); 6]), low);
        assert!(height(&[("model", 3e6); 40]) >= 40 * ROW);
    }

    #[test]
    fn names_that_do_not_fit_take_turns() {
        assert_eq!(rows_of(&[300; 12], 400.0), 1);
        assert_eq!(rows_of(&[300; 12], 300.0), 2);
        assert_eq!(rows_of(&[300; 12], 10.0), 12);
        assert_eq!((rows_of(&[9000], 1.0), rows_of(&[], 1.0)), (1, 1));
    }

    #[test]
    fn a_word_that_all_names_share_is_written_once() {
        let shared = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            shared_word(&names).map(String::from)
        };
        assert_eq!(shared(&VERSIONS), Some("CPython".into()));
        assert_eq!(shared(&["CPython 3.12", "PyPy 3.10"]), None);
        assert_eq!(shared(&["CPython 3.12", "CPythonic"]), None);
        assert_eq!(shared(&["CPython 3.12", "CPython "]), None);
        assert_eq!(shared(&["a", "a b"]), None);
        assert_eq!(shared(&[]), None);
    }

    #[test]
    fn labels_of_levels_do_not_overlap() {
        let within = (0, 300);
        assert_eq!(apart(&[(100, 20), (200, 20)], within), [90, 190]);
        assert_eq!(apart(&[(100, 20), (100, 20), (290, 40)], within), [80, 100, 260]);
        assert_eq!(apart(&[(100, 20), (100, 20), (110, 20)], within), [73, 93, 113]);
        assert_eq!(apart(&[(5, 20), (5, 20)], within), [0, 20]);
        assert_eq!(apart(&[(295, 20), (299, 20)], within), [260, 280]);
        // More than there is room for goes on below.
        assert_eq!(apart(&[(5, 20), (5, 20)], (0, 30)), [0, 20]);
        assert!(apart(&[], within).is_empty());
    }
}
