//! The frame of a line chart: the room that its labels leave to it, and its grid.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, FONT, THIN, WIDTH};
use super::axis::{Axis, Tick};
use super::ink::Ink;
use super::text::{width, write};

pub(super) const HEIGHT: i32 = 2300;

pub(super) struct Frame {
    xs: Axis,
    ys: Axis,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    pub(super) left: i32,
    pub(super) right: i32,
}

impl Frame {
    /// A frame that leaves `margin` at its right, for names; at its left stand the labels
    /// of the y axis, in `format`, at powers of `base` if it is logarithmic.
    pub(super) fn new(
        xs: Axis,
        ys: Axis,
        (format, base): (fn(f64) -> String, f64),
        measured: &[f64],
        margin: i32,
    ) -> Frame {
        let y_ticks = ys.ticks(HEIGHT, format, base, |_| 2 * FONT, &[]);
        let labels_width =
            y_ticks.iter().map(|tick| width(&tick.label)).max().unwrap_or(0);
        let left = labels_width.clamp(300, WIDTH / 2) + 70;
        let x_ticks_up_to = |right| {
            xs.ticks(
                right - left,
                tour::format::number,
                10.0,
                |label| width(label) + FONT / 2,
                measured,
            )
        };
        // A label is centred under its tick and must end within the picture, which may
        // leave room for fewer labels.
        let mut right = WIDTH - margin;
        for tick in x_ticks_up_to(right) {
            let room = f64::from(WIDTH - left - width(&tick.label) / 2);
            right = right.min(left + (room / tick.share.max(0.1)) as i32);
        }
        let x_ticks = x_ticks_up_to(right);
        Frame { xs, ys, x_ticks, y_ticks, left, right }
    }

    /// Where a point stands in the frame if the frame's top is there.
    pub(super) fn place(&self, top: i32, x: f64, y: f64) -> (i32, i32) {
        (self.across(self.xs.share(x)), self.down(top, self.ys.share(y)))
    }

    /// The middle of a label that belongs to a place on the x axis.
    pub(super) fn x_of_label(&self, x: f64) -> i32 {
        self.left + self.xs.along(self.right - self.left, x)
    }

    fn across(&self, share: f64) -> i32 {
        self.left + pixels(share, self.right - self.left)
    }

    fn down(&self, top: i32, share: f64) -> i32 {
        top + HEIGHT - pixels(share, HEIGHT)
    }

    /// Draws the lines of the ticks, and their labels at the left and the bottom.
    pub(super) fn draw(&self, area: &Area, top: i32) -> Drawn<()> {
        let line = |from, to| {
            area.draw(&PathElement::new([from, to], Ink::GRID.solid().stroke_width(THIN)))
        };
        for tick in &self.y_ticks {
            let y = self.down(top, tick.share);
            line((self.left, y), (self.right, y))?;
            write(area, &tick.label, (self.left - 70, y), HPos::Right)?;
        }
        let bottom = top + HEIGHT;
        for tick in &self.x_ticks {
            let x = self.across(tick.share);
            line((x, top), (x, bottom))?;
            write(
                area,
                &tick.label,
                (x.max(width(&tick.label) / 2), bottom + 150),
                HPos::Center,
            )?;
        }
        Ok(())
    }
}

/// A share of a length, rounded down unless only a rounding error is missing.
fn pixels(share: f64, length: i32) -> i32 {
    (f64::from(length) * share + 1e-3).floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_end_within_the_picture() {
        let axis = |values: [f64; 2]| Axis::new(true, false, values.into_iter());
        let frame = Frame::new(
            axis([1.0, 1e9]),
            axis([1.0, 1e6]),
            (tour::format::nanoseconds, 10.0),
            &[],
            50,
        );
        assert_eq!(frame.y_ticks[0].label, "1 ms");
        for tick in &frame.y_ticks {
            assert!(frame.left - 70 - width(&tick.label) >= 0, "{}", tick.label);
        }
        for tick in &frame.x_ticks {
            assert!(
                frame.across(tick.share) + width(&tick.label) / 2 <= WIDTH,
                "{}",
                tick.label
            );
        }
        let ((left, low), (right, high)) =
            (frame.place(500, 1.0, 1.0), frame.place(500, 1e9, 1e6));
        assert!(frame.left < left && left < right && right < frame.right);
        assert!(500 < high && high < low && low < 500 + HEIGHT);
    }
}
