//! A chart of lines.

use std::collections::HashMap;

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, FONT, THIN, WIDTH};
use super::axis::{Axis, has_place};
use super::distinct;
use super::frame::{Frame, HEIGHT, Upright};
use super::heading::{Key, heading};
use super::ink::Ink;
use super::picture::picture;
use super::series::{Line, Series, ends_for_names};
use super::text::{sentence, widest, width, wrap, write, write_rows};
use crate::drawing::html::Html;

/// A chart of lines, every point with its interval.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// What the chart shows; empty for no heading.
    pub(crate) title: String,
    /// What stands under the x axis, which counts something.
    pub(crate) x_label: String,
    /// What stands over the y axis.
    pub(crate) y_label: String,
    /// Writes a value of the y axis with its unit.
    pub(crate) format: fn(f64) -> String,
    /// The ticks of a logarithmic y axis are powers of this.
    pub(crate) base: f64,
    /// Whether the x axis is logarithmic.
    pub(crate) log_x: bool,
    /// Whether the y axis is logarithmic; otherwise it starts at 0.
    pub(crate) log_y: bool,
    /// The lines, in the order of the legend.
    pub(crate) series: Vec<Series>,
    /// A place on the x axis and a few words about it: a vertical line marks it.
    pub(crate) mark: Option<(f64, String)>,
}

impl Lines {
    /// The chart as one `<svg>` element: lines none of which is blank.
    pub(crate) fn svg(&self) -> Html {
        let names = distinct(self.series.iter().map(|series| series.name.as_str()));
        let numbers: HashMap<_, _> = names.iter().zip(0..).collect();
        let lines = self.series.iter().map(|series| {
            let number = numbers.get(&series.name.as_str()).copied().unwrap_or(0);
            Line::new(series, number, self.log_x, self.log_y)
        });
        let lines: Vec<Line> = lines.collect();
        picture(&self.title, &self.describe(&lines), |area| {
            self.draw(area, &names, &lines)
        })
    }

    fn describe(&self, lines: &[Line]) -> String {
        let mut said = format!("{} by {}.", self.y_label, self.x_label);
        for Line { series, points, .. } in lines {
            said.push(' ');
            said.push_str(&match points.last() {
                Some(p) => {
                    let at = format!(" at {}", tour::format::number(p.x));
                    sentence(
                        &series.name,
                        series.yours,
                        &at,
                        self.format,
                        (p.low, p.estimate, p.high),
                    )
                }
                None => format!("{}: no measurements.", series.name),
            });
        }
        said
    }

    fn draw(&self, area: &Area, names: &[&str], lines: &[Line]) -> Drawn<i32> {
        let points = || lines.iter().flat_map(|line| &line.points);
        if points().next().is_none() {
            let top = heading(area, &self.title, &[])?;
            return write_rows(area, &["No measurements.".into()], (0, top), HPos::Left);
        }
        let mark = self.mark.as_ref().filter(|(x, _)| has_place(*x, self.log_x));
        let xs = Axis::new(
            self.log_x,
            false,
            points().map(|p| p.x).chain(mark.map(|(x, _)| *x)),
        );
        let ys = Axis::new(
            self.log_y,
            true,
            points().flat_map(|p| [p.low, p.estimate, p.high]),
        );
        let mut measured: Vec<f64> = points().map(|p| p.x).collect();
        measured.sort_by(f64::total_cmp);
        measured.dedup();

        let ends = ends_for_names(names, lines, &ys);
        let margin = match &ends {
            Some(_) => 90 + names.iter().map(|name| width(name)).max().unwrap_or(0),
            None => 50,
        };
        let ys = Upright::new(ys, (self.format, self.base));
        let frame = Frame::new(xs, ys, &measured, margin);

        let mut keys = Vec::new();
        if ends.is_none() {
            keys.extend(names.iter().enumerate().map(|(i, name)| Key::series(name, i)));
        }
        if self.series.iter().any(|series| series.yours) {
            keys.push(Key::yours(Ink::TEXT));
        }
        let top = heading(area, &self.title, &keys)?;
        let top = self.draw_labels_above(area, &frame, mark, top)? + 70;
        let bottom = top + HEIGHT;

        frame.draw(area, top)?;
        if let Some((x, _)) = mark {
            let x = frame.place(top, *x, 1.0).0;
            area.draw(&PathElement::new(
                [(x, top - 20), (x, bottom)],
                Ink::TEXT.dashed().stroke_width(THIN),
            ))?;
        }
        for line in lines {
            line.draw(area, |x, y| frame.place(top, x, y))?;
        }
        for (name, end) in names.iter().zip(ends.iter().flatten()) {
            let y = frame.place(top, end.x, end.estimate).1;
            write(area, name, (frame.right + 60, y), HPos::Left)?;
        }
        let middle = (frame.left + frame.right) / 2;
        write_rows(
            area,
            &wrap(&self.x_label, WIDTH),
            (middle, bottom + 250),
            HPos::Center,
        )
    }

    /// Writes what stands over the y axis and over the mark, from a height on; returns
    /// the height after them.
    fn draw_labels_above(
        &self,
        area: &Area,
        frame: &Frame,
        mark: Option<&(f64, String)>,
        top: i32,
    ) -> Drawn<i32> {
        let y_label = wrap(&self.y_label, WIDTH);
        let bottom = write_rows(area, &y_label, (0, top), HPos::Left)?;
        let Some((x, label)) = mark else { return Ok(bottom) };
        let label = wrap(label, WIDTH);
        let half = widest(&label) / 2;
        let x = frame.x_of_label(*x).clamp(half, WIDTH - half);
        let fit_one_row =
            y_label.len() == 1 && label.len() == 1 && widest(&y_label) + FONT <= x - half;
        write_rows(
            area,
            &label,
            (x, if fit_one_row { top } else { bottom }),
            HPos::Center,
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::drawing::chart::Series;
    use crate::drawing::chart::tests::{check, lines, point};

    #[test]
    fn every_series_and_every_interval_is_drawn() {
        let mut chart =
            lines(&["threads", "processes"], &[point(100.0, 1e3), point(1e4, 1e6)]);
        chart.series.push(Series { yours: true, ..chart.series[1].clone() });
        chart.mark = Some((1e3, "here".into()));
        let svg = check(chart.svg());
        assert!(
            [">threads<", ">processes<", ">your machine<", ">here<"]
                .iter()
                .all(|text| svg.contains(text)),
            "{svg}"
        );
        // A whisker is a path of six points.
        let whisker =
            |line: &&str| line.starts_with("<polyline") && line.matches(',').count() == 6;
        assert_eq!(svg.lines().filter(whisker).count(), 6);
        assert!(
            svg.contains(
                "processes, your machine at 10,000: 1.0 ms &#40;900 µs to 1.1 ms&#41;."
            ),
            "{svg}"
        );
        assert!(svg.contains("stroke=\"var(--plot-2)\" stroke-dasharray"), "{svg}");
        assert_eq!(svg, chart.svg().into_string());
    }
}
