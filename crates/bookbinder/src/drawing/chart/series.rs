//! One line of a line chart.

use plotters::prelude::*;

use super::area::{Area, Drawn, FONT, THICK, WIDTH};
use super::axis::{Axis, has_place};
use super::frame::HEIGHT;
use super::grouped;
use super::ink::Ink;
use super::shapes::{marker, whisker};
use super::text::width;

/// A measured value with its interval, in the chart's unit.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// What the value was measured at: a count, or the place of a name among others.
    pub(crate) x: f64,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The value.
    pub(crate) estimate: f64,
    /// The upper end of the interval.
    pub(crate) high: f64,
}

/// The points that one line connects.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// The name in the legend. Series of the same name share a colour and a marker.
    pub(crate) name: String,
    /// Measured on the reader's own machine: the line is dashed and its markers are
    /// hollow.
    pub(crate) yours: bool,
    /// In any order. Points that the axes have no place for are left out: zero on a
    /// logarithmic axis, infinity.
    pub(crate) points: Vec<Point>,
}

/// A series as it is drawn.
pub(super) struct Line<'a> {
    pub(super) series: &'a Series,
    /// The number of its name, which decides on colour and marker.
    pub(super) number: usize,
    /// Those that have a place on both axes, from left to right.
    pub(super) points: Vec<&'a Point>,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        series: &'a Series,
        number: usize,
        log_x: bool,
        log_y: bool,
    ) -> Self {
        let fits = |p: &&Point| has_place(p.x, log_x) && has_place(p.estimate, log_y);
        let mut points: Vec<&Point> = series.points.iter().filter(fits).collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        Self { series, number, points }
    }

    /// Draws the line, its intervals and its markers; `place` says where a point stands.
    pub(super) fn draw(
        &self,
        area: &Area,
        place: impl Fn(f64, f64) -> (i32, i32),
    ) -> Drawn<()> {
        let ink = Ink::of_series(self.number);
        let stroke = if self.series.yours { ink.dashed() } else { ink.solid() };
        let path: Vec<_> = self.points.iter().map(|p| place(p.x, p.estimate)).collect();
        area.draw(&PathElement::new(path, stroke.stroke_width(THICK)))?;
        self.draw_points(area, place)
    }

    /// Draws its intervals and its markers only.
    pub(super) fn draw_points(
        &self,
        area: &Area,
        place: impl Fn(f64, f64) -> (i32, i32),
    ) -> Drawn<()> {
        let ink = Ink::of_series(self.number);
        let fill = if self.series.yours { ink.hollow() } else { ink.solid() };
        for p in &self.points {
            whisker(area, place(p.x, p.low), place(p.x, p.high), (55, 0), ink)?;
            marker(area, self.number, place(p.x, p.estimate), fill)?;
        }
        Ok(())
    }
}

/// The points beside which the names can stand instead of in a legend: the last point for
/// each name, if all are equally far at the right and there is room for a name at each.
pub(super) fn ends_for_names<'a>(
    names: &[&str],
    lines: &[Line<'a>],
    ys: &Axis,
) -> Option<Vec<&'a Point>> {
    let of_name = grouped(lines.iter().map(|line| (line.series.name.as_str(), line)));
    let end = |(_, lines): (&str, Vec<&Line<'a>>)| {
        lines.into_iter().min_by_key(|line| line.series.yours)?.points.last().copied()
    };
    let ends: Vec<&Point> = of_name.into_iter().map(end).collect::<Option<_>>()?;
    let mut heights: Vec<i32> =
        ends.iter().map(|p| ys.along(HEIGHT, p.estimate)).collect();
    heights.sort_unstable();
    let apart = heights.windows(2).all(|pair| pair[1] - pair[0] >= FONT * 5 / 4);
    let rightmost = lines
        .iter()
        .filter_map(|line| line.points.last())
        .map(|p| p.x)
        .fold(f64::MIN, f64::max);
    let aligned = ends.iter().all(|p| p.x == rightmost);
    let short = names.iter().all(|name| width(name) <= WIDTH / 4);
    (apart && aligned && short).then_some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::chart::tests::point;

    #[test]
    fn names_stand_beside_lines_that_end_apart() {
        let named = |ends: [(f64, f64); 2]| {
            let series = |(name, (x, y)): (&str, (f64, f64))| Series {
                name: name.into(),
                yours: false,
                points: vec![point(x, y), point(1.0, 1.0)],
            };
            let names = ["threads", "tasks"];
            let series: Vec<Series> = names.into_iter().zip(ends).map(series).collect();
            let lines: Vec<Line> = series
                .iter()
                .zip(0..)
                .map(|(series, number)| Line::new(series, number, true, true))
                .collect();
            let ys = Axis::new(true, true, [1.0, 1e6].into_iter());
            ends_for_names(&names, &lines, &ys)
                .map(|ends| ends.iter().map(|p| p.estimate).collect::<Vec<_>>())
        };
        assert_eq!(named([(9.0, 1e3), (9.0, 1e6)]), Some(vec![1e3, 1e6]));
        assert_eq!(named([(9.0, 1e6), (9.0, 1.1e6)]), None);
        assert_eq!(named([(9.0, 1e3), (8.0, 1e6)]), None);
    }
}
