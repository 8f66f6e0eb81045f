//! What stands over a chart: its title and the legend.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, THICK, WIDTH};
use super::ink::Ink;
use super::shapes::marker;
use super::text::{ROW, YOURS, widest, wrap, write_bold, write_rows};

/// An entry of the legend: a name beside a line, a marker, or a marker on a line.
pub(super) struct Key<'a> {
    name: &'a str,
    line: Option<RGBColor>,
    /// The number of a series, which has a shape, and the colour.
    marker: Option<(usize, RGBColor)>,
}

impl<'a> Key<'a> {
    pub(super) fn series(name: &'a str, number: usize) -> Self {
        let color = Ink::of_series(number).solid();
        Self { name, line: Some(color), marker: Some((number, color)) }
    }

    /// A series whose points nothing connects.
    pub(super) fn points(name: &'a str, number: usize) -> Self {
        Self { line: None, ..Self::series(name, number) }
    }

    /// What is dashed was measured on the reader's machine.
    pub(super) fn yours(ink: Ink) -> Self {
        Self { name: YOURS, line: Some(ink.dashed()), marker: None }
    }

    /// What is hollow was, and what is dashed, where anything is.
    pub(super) fn yours_hollow(ink: Ink, dashed: bool) -> Self {
        let line = dashed.then(|| ink.dashed());
        Self { name: YOURS, line, marker: Some((0, ink.hollow())) }
    }
}

/// Draws the title and, under it, the legend, as many keys to a row as fit. Returns the
/// height after them.
pub(super) fn heading(area: &Area, title: &str, keys: &[Key]) -> Drawn<i32> {
    let mut top = 0;
    // Bold is wider.
    for row in wrap(title, WIDTH * 9 / 10) {
        write_bold(area, &row, (0, top + ROW / 2))?;
        top += ROW;
    }
    top += 50;
    if keys.is_empty() {
        return Ok(top);
    }
    let (mut x, mut bottom) = (0, top);
    for key in keys {
        let sign = if key.line.is_some() { 300 } else { 150 };
        let name = wrap(key.name, WIDTH - sign);
        let width = sign + widest(&name);
        if x > 0 && x + width > WIDTH {
            (x, top) = (0, bottom);
        }
        let middle = top + ROW / 2;
        if let Some(color) = key.line {
            area.draw(&PathElement::new(
                [(x, middle), (x + 240, middle)],
                color.stroke_width(THICK),
            ))?;
        }
        if let Some((series, color)) = key.marker {
            marker(area, series, (x + (sign - 60) / 2, middle), color)?;
        }
        // The line needs a row even if the name is empty.
        bottom = write_rows(area, &name, (x + sign, top), HPos::Left)?
            .max(top + ROW)
            .max(bottom);
        x += width + 140;
    }
    Ok(bottom + 50)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::chart::picture::picture;

    #[test]
    fn keys_that_do_not_fit_start_a_row() {
        let height = |title: &str, names: &[&str]| {
            let keys: Vec<Key> =
                names.iter().enumerate().map(|(i, name)| Key::series(name, i)).collect();
            let mut height = 0;
            picture("", "", |area| {
                height = heading(area, title, &keys)?;
                Ok(height)
            });
            height
        };
        assert_eq!((height("", &[]), height("Sums", &[])), (50, 50 + ROW));
        assert_eq!(
            (height("", &["a", "b"]), height("", &["one name"; 5])),
            (100 + ROW, 100 + 2 * ROW)
        );
    }
}
