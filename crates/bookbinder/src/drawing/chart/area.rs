//! What is drawn on, and the measures of everything on it.

use std::io::Error;

use plotters::coord::Shift;
use plotters::prelude::*;

// Plotters has only whole coordinates. Ten of them to what would be a pixel keep the
// lines smooth.
pub(super) const WIDTH: i32 = 4400;
/// What no picture is higher than. Only when one is drawn its height is known, and beyond the edge plotters
/// would draw everything on it.
pub(super) const HIGHEST: u32 = 100_000_000;
/// The size of the letters.
pub(super) const FONT: i32 = 140;
/// The width of a line that is data.
pub(super) const THICK: u32 = 20;
/// The width of a line that helps to read the data.
pub(super) const THIN: u32 = 10;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn<T> = Result<T, DrawingAreaErrorKind<Error>>;
