//! The frame of a chart: the room that its labels leave to it, and its grid. Both kinds of it stand
//! beside the same y axis.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, FONT, THIN, WIDTH};
use super::axis::{Axis, Tick};
use super::ink::Ink;
use super::text::{width, write};

pub(super) const HEIGHT: i32 = 2300;

/// The y axis, its labels at the left.
pub(super) struct Upright {
    axis: Axis,
    ticks: Vec<Tick>,
    /// Where the labels end.
    pub(super) left: i32,
}

impl Upright {
    /// An axis with labels in `format`, at powers of `base` if it is logarithmic.
    pub(super) fn new(axis: Axis, (format, base): (fn(f64) -> String, f64)) -> Self {
        let ticks = axis.ticks(HEIGHT, format, base, |_| 2 * FONT, &[]);
        let labels_width = ticks.iter().map(|tick| width(&tick.label)).max().unwrap_or(0);
        Self { axis, ticks, left: labels_width.clamp(300, WIDTH / 2) + 70 }
    }

    /// How far down a value stands if the top of the frame is there.
    pub(super) fn down(&self, top: i32, y: f64) -> i32 {
        down(top, self.axis.share(y))
    }

    /// Draws the lines of the ticks, up to `right`, and their labels.
    pub(super) fn draw(&self, area: &Area, top: i32, right: i32) -> Drawn<()> {
        for tick in &self.ticks {
            let y = down(top, tick.share);
            grid_line(area, (self.left, y), (right, y))?;
            write(area, &tick.label, (self.left - 70, y), HPos::Right)?;
        }
        Ok(())
    }
}

/// A frame over counts.
pub(super) struct Frame {
    xs: Axis,
    ys: Upright,
    x_ticks: Vec<Tick>,
    pub(super) left: i32,
    pub(super) right: i32,
}

impl Frame {
    /// A frame that leaves `margin` at its right, for names.
    pub(super) fn new(xs: Axis, ys: Upright, measured: &[f64], margin: i32) -> Frame {
        let left = ys.left;
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
        // leave room for other labels than before.
        let mut right = WIDTH - margin;
        let x_ticks = loop {
            let x_ticks = x_ticks_up_to(right);
            let fits = x_ticks.iter().map(|tick| {
                let room = f64::from(WIDTH - left - width(&tick.label) / 2);
                left + (room / tick.share.max(0.1)) as i32
            });
            match fits.min() {
                Some(fits) if fits < right => right = fits,
                _ => break x_ticks,
            }
        };
        Frame { xs, ys, x_ticks, left, right }
    }

    /// Where a point stands in the frame if the frame's top is there.
    pub(super) fn place(&self, top: i32, x: f64, y: f64) -> (i32, i32) {
        (self.across(self.xs.share(x)), self.ys.down(top, y))
    }

    /// The middle of a label that belongs to a place on the x axis.
    pub(super) fn x_of_label(&self, x: f64) -> i32 {
        self.left + self.xs.along(self.right - self.left, x)
    }

    fn across(&self, share: f64) -> i32 {
        self.left + pixels(share, self.right - self.left)
    }

    /// Draws the lines of the ticks, and their labels at the left and the bottom.
    pub(super) fn draw(&self, area: &Area, top: i32) -> Drawn<()> {
        self.ys.draw(area, top, self.right)?;
        let bottom = top + HEIGHT;
        for tick in &self.x_ticks {
            let x = self.across(tick.share);
            grid_line(area, (x, top), (x, bottom))?;
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

fn down(top: i32, share: f64) -> i32 {
    top + HEIGHT - pixels(share, HEIGHT)
}

/// A line that helps to read a value, or a name.
pub(super) fn grid_line(area: &Area, from: (i32, i32), to: (i32, i32)) -> Drawn<()> {
    area.draw(&PathElement::new([from, to], Ink::GRID.solid().stroke_width(THIN)))
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
            Upright::new(axis([1.0, 1e6]), (tour::format::nanoseconds, 10.0)),
            &[],
            50,
        );
        assert_eq!(frame.ys.ticks[0].label, "1 ms");
        for tick in &frame.ys.ticks {
            assert!(frame.left - 70 - width(&tick.label) >= 0, "{}", tick.label);
        }
        // With less room there are other labels, of which the last is longer.
        let sizes = [1024.0, 16384.0, 262_144.0, 4_194_304.0, 67_108_864.0];
        let longer = Frame::new(
            axis([sizes[0], sizes[4]]),
            Upright::new(axis([0.1, 100.0]), (tour::format::nanoseconds, 10.0)),
            &sizes,
            50,
        );
        for frame in [&frame, &longer] {
            for tick in &frame.x_ticks {
                assert!(
                    frame.across(tick.share) + width(&tick.label) / 2 <= WIDTH,
                    "{}",
                    tick.label
                );
            }
        }
        let ((left, low), (right, high)) =
            (frame.place(500, 1.0, 1.0), frame.place(500, 1e9, 1e6));
        assert!(frame.left < left && left < right && right < frame.right);
        assert!(500 < high && high < low && low < 500 + HEIGHT);
    }
}
