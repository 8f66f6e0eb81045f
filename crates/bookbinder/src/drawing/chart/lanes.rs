//! What several threads did over time: a lane for each.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, FONT, THIN, WIDTH};
use super::axis::Axis;
use super::heading::heading;
use super::ink::Ink;
use super::picture::picture;
use super::text::{ROW, width, write};
use crate::drawing::html::Html;
use crate::kept::timeline::{Span, State};

/// A chart of lanes, from top to bottom: names, and what each did.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    /// What the chart shows; empty for no heading.
    pub(crate) title: String,
    pub(crate) lanes: Vec<(String, Vec<Span>)>,
}

/// The height of a lane, and of the gap after it.
const LANE: i32 = 260;
const GAP: i32 = 90;

impl Lanes {
    /// The chart as one `<svg>` element: lines none of which is blank.
    pub(crate) fn svg(&self) -> Html {
        let described: Vec<String> = self.lanes.iter().map(describe).collect();
        picture(&self.title, &described.join(" "), |area| self.draw(area))
    }

    fn draw(&self, area: &Area) -> Drawn<i32> {
        let top = heading(area, &self.title, &[])?;
        let left = self.lanes.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
        let left = left.clamp(300, WIDTH / 2) + 70;
        let ends = self.lanes.iter().flat_map(|(_, spans)| spans).map(|span| span.to);
        let axis = Axis::new(false, true, [0.0].into_iter().chain(ends));
        let across = |time: f64| left + axis.along(WIDTH - left, time);

        let bottom = top + (LANE + GAP) * self.lanes.len() as i32;
        let room = |label: &str| width(label) + FONT / 2;
        for tick in axis.ticks(WIDTH - left, tour::format::nanoseconds, 10.0, room, &[]) {
            let x = left + (tick.share * f64::from(WIDTH - left)) as i32;
            let grid = Ink::GRID.solid().stroke_width(THIN);
            area.draw(&PathElement::new([(x, top), (x, bottom)], grid))?;
            let middle = x.clamp(width(&tick.label) / 2, WIDTH - width(&tick.label) / 2);
            write(area, &tick.label, (middle, bottom + ROW / 2), HPos::Center)?;
        }
        for (n, (name, spans)) in self.lanes.iter().enumerate() {
            let top = top + (LANE + GAP) * n as i32;
            let middle = top + LANE / 2;
            write(area, name, (left - 70, middle), HPos::Right)?;
            let ink = Ink::of_series(n).solid();
            for span in spans {
                let (from, to) = (across(span.from), across(span.to));
                match span.state {
                    // However short: one can't see what isn't there.
                    State::Runs => {
                        let bar = [(from, top), (to.max(from + 6), top + LANE)];
                        area.draw(&Rectangle::new(bar, ink.filled()))?;
                    }
                    State::Waits => {
                        let line = [(from, middle), (to, middle)];
                        area.draw(&PathElement::new(line, ink.stroke_width(THIN)))?;
                    }
                    State::Rests => {}
                }
            }
        }
        Ok(bottom + ROW)
    }
}

/// A lane in words, for those who don't see it.
fn describe((name, spans): &(String, Vec<Span>)) -> String {
    let told = |wanted: State| {
        let spans = spans.iter().filter(|span| span.state == wanted);
        tour::format::nanoseconds(spans.map(|span| span.to - span.from).sum())
    };
    let (runs, waits) = (told(State::Runs), told(State::Waits));
    format!("{name}: runs for {runs} in all, waits for {waits}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::chart::tests::check;

    fn span(from: f64, to: f64, state: State) -> Span {
        Span { from, to, state }
    }

    #[test]
    fn a_lane_has_a_bar_where_it_runs_and_a_line_where_it_waits() {
        let a = vec![
            span(0.0, 5e6, State::Runs),
            span(5e6, 6e6, State::Waits),
            span(6e6, 6e6 + 1.0, State::Runs),
            span(6e6 + 1.0, 9e6, State::Rests),
        ];
        let b = vec![span(0.0, 9e6, State::Waits)];
        let lanes = vec![("A".to_string(), a), ("B".to_string(), b)];
        let svg = check(Lanes { title: "Who ran".into(), lanes }.svg());
        assert_eq!(svg.matches("<rect").count(), 2, "{svg}");
        assert_eq!(svg.matches("var(--plot-2)").count(), 1, "{svg}");
        assert!(svg.contains("A: runs for 5.0 ms in all, waits for 1.0 ms."), "{svg}");
        assert!(svg.contains(">4 ms<"), "{svg}");
    }

    #[test]
    fn odd_lanes_do_no_harm() {
        check(Lanes { title: String::new(), lanes: Vec::new() }.svg());
        for time in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            let lanes = vec![(
                "x<y ".repeat(60),
                vec![span(time, 0.0, State::Runs), span(0.0, time, State::Waits)],
            )];
            check(Lanes { title: "odd".into(), lanes }.svg());
        }
    }
}
