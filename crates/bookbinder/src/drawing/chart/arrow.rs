//! Arrows of drawings.

use plotters::prelude::*;

use super::area::{Area, Drawn};
use super::ink::Ink;

/// How long a head is, and half as wide.
const HEAD: f64 = 90.0;
/// The width of the line.
const STROKE: u32 = 14;

/// Draws an arrow from one place to another, whose head ends there.
pub(super) fn arrow(area: &Area, from: (i32, i32), to: (i32, i32)) -> Drawn<()> {
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = dx.hypot(dy).max(1.0);
    let (dx, dy) = (dx / length, dy / length);
    // So far back from its tip, and so far aside.
    let place = |back: f64, aside: f64| {
        let (x, y) = (f64::from(to.0), f64::from(to.1));
        let along =
            |at: f64, by: f64, across: f64| (at - back * by + aside * across).round();
        (along(x, dx, -dy) as i32, along(y, dy, dx) as i32)
    };
    let ink = Ink::TEXT.solid();
    let line = [from, place(HEAD * 0.8, 0.0)];
    area.draw(&PathElement::new(line, ink.stroke_width(STROKE)))?;
    let head = [to, place(HEAD, HEAD / 2.0), place(HEAD, -HEAD / 2.0)];
    area.draw(&Polygon::new(head, ink.filled()))
}
