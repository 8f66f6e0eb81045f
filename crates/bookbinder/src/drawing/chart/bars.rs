//! A chart of horizontal bars.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, FONT, THIN, WIDTH};
use super::axis::Axis;
use super::grouped;
use super::heading::{Key, heading};
use super::ink::Ink;
use super::picture::picture;
use super::shapes::whisker;
use super::text::{sentence, width, wrap, write, write_rows};
use crate::drawing::html::Html;

/// One bar of [`Bars`].
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// What stands over the bar. Bars of the same name stand together under it.
    pub(crate) name: String,
    /// Measured on the reader's own machine: the outline is dashed.
    pub(crate) yours: bool,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The value: the length of the bar. A negative one is drawn as 0.
    pub(crate) estimate: f64,
    /// The upper end of the interval.
    pub(crate) high: f64,
}

/// A chart of horizontal bars that start at 0, each with its interval and its value.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    /// What the chart shows; empty for no heading.
    pub(crate) title: String,
    /// Writes a value with its unit.
    pub(crate) format: fn(f64) -> String,
    /// From top to bottom.
    pub(crate) bars: Vec<Bar>,
}

impl Bars {
    /// The chart as one `<svg>` element: lines none of which is blank.
    pub(crate) fn svg(&self) -> Html {
        let said = |b: &Bar| {
            sentence(&b.name, b.yours, "", self.format, (b.low, b.estimate, b.high))
        };
        let described: Vec<String> = self.bars.iter().map(said).collect();
        picture(&self.title, &described.join(" "), |area| self.draw(area))
    }

    fn draw(&self, area: &Area) -> Drawn<i32> {
        let ink = Ink::of_series(0);
        let key = self.bars.iter().any(|bar| bar.yours).then(|| Key::yours(ink));
        let mut top = heading(area, &self.title, key.as_slice())?;

        let values_width = self
            .bars
            .iter()
            .map(|bar| width(&(self.format)(bar.estimate)))
            .max()
            .unwrap_or(0);
        let (start, end) = (THIN as i32, (WIDTH - 90 - values_width).max(FONT));
        let axis = Axis::new(
            false,
            true,
            self.bars.iter().flat_map(|bar| [bar.estimate, bar.high]),
        );
        let place = |value: f64| start + axis.along(end - start, value.max(0.0));

        for (name, bars) in grouped(self.bars.iter().map(|bar| (bar.name.as_str(), bar)))
        {
            top = write_rows(area, &wrap(name, WIDTH), (0, top), HPos::Left)? + 20;
            for bar in bars {
                let (low, estimate, high) =
                    (place(bar.low), place(bar.estimate), place(bar.high));
                let (middle, bottom) = (top + 70, top + 140);
                let style = if bar.yours {
                    ink.dashed().stroke_width(THIN)
                } else {
                    ink.solid().mix(0.5).filled()
                };
                area.draw(&Rectangle::new(
                    [(place(0.0), top), (estimate, bottom)],
                    style,
                ))?;
                whisker(area, (low, middle), (high, middle), (0, 45), Ink::TEXT)?;
                write(
                    area,
                    &(self.format)(bar.estimate),
                    (high.max(estimate) + 60, middle),
                    HPos::Left,
                )?;
                top = bottom + 50;
            }
            top += 50;
        }
        Ok(top)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::drawing::chart::tests::{bars, check};

    #[test]
    fn of_many_bars_each_stands_by_itself() {
        let svg = check(bars(&[("a bar", false, 1e7); 300]).svg());
        let bars: HashSet<_> =
            svg.lines().filter(|line| line.starts_with("<rect")).collect();
        assert_eq!(bars.len(), 300);
    }

    #[test]
    fn bars_of_one_name_stand_together() {
        let svg = check(
            bars(&[("mutex", false, 3e7), ("atomic", false, 1e7), ("mutex", true, 2e7)])
                .svg(),
        );
        assert_eq!(
            (svg.matches(">mutex<").count(), svg.matches("<rect").count()),
            (1, 3)
        );
        assert!(
            [">30 ms<", ">10 ms<", ">20 ms<"].iter().all(|text| svg.contains(text)),
            "{svg}"
        );
    }
}
