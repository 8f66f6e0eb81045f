//! Markers and intervals.

use plotters::prelude::*;

use super::area::{Area, Drawn, THICK, THIN};
use super::ink::Ink;

/// Draws the marker of the series with this number.
pub(super) fn marker(
    area: &Area,
    series: usize,
    (x, y): (i32, i32),
    color: RGBColor,
) -> Drawn<()> {
    // After six series the colours start again; the shapes then start one further.
    let shape = (series + series / 6) % 6;
    // Corners, and where the first one is, in degrees. All have about the area of the
    // circle.
    let (corners, first, radius) = match shape {
        0 => {
            return area.draw(&Circle::new(
                (x, y),
                36,
                color.filled().stroke_width(THICK),
            ));
        }
        1 => (4, 45.0, 45.0),
        2 => (3, -90.0, 56.0),
        3 => (4, 0.0, 52.0),
        4 => (3, 90.0, 56.0),
        _ => (5, -90.0, 42.0),
    };
    let corner = |i: i32| {
        let (sin, cos) =
            f64::to_radians(first + 360.0 * f64::from(i) / f64::from(corners)).sin_cos();
        (x + (radius * cos).round() as i32, y + (radius * sin).round() as i32)
    };
    area.draw(&Polygon::new((0..corners).map(corner).collect::<Vec<_>>(), color.filled()))
}

/// Draws an interval: a line that ends in crossbars, which reach as far as `arm` to
/// either side.
pub(super) fn whisker(
    area: &Area,
    low: (i32, i32),
    high: (i32, i32),
    arm: (i32, i32),
    ink: Ink,
) -> Drawn<()> {
    let crossbar = |(x, y): (i32, i32)| [(x - arm.0, y - arm.1), (x + arm.0, y + arm.1)];
    let [a, b] = crossbar(low);
    let [c, d] = crossbar(high);
    area.draw(&PathElement::new([a, b, low, high, c, d], ink.solid().stroke_width(THIN)))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::drawing::chart::picture::picture;

    #[test]
    fn as_many_series_can_be_told_apart_as_there_are_pairs_of_colour_and_shape() {
        let drawn = |i| {
            picture("", "", |area| {
                marker(area, i, (50, 50), Ink::of_series(i).solid()).map(|()| 100)
            })
            .into_string()
        };
        assert_eq!((0..36).map(drawn).collect::<HashSet<_>>().len(), 36);
    }
}
