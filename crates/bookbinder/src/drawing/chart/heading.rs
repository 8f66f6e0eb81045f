//! What stands over a chart: its title and the legend.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, THICK, WIDTH};
use super::ink::Ink;
use super::shapes::marker;
use super::text::{ROW, YOURS, widest, wrap, write_bold, write_rows};

/// An entry of the legend: a name beside a line.
pub(super) struct Key<'a> {
    name: &'a str,
    color: RGBColor,
    /// The number of the series whose marker is on the line.
    marker: Option<usize>,
}

impl<'a> Key<'a> {
    pub(super) fn series(name: &'a str, number: usize) -> Self {
        Self { name, color: Ink::of_series(number).solid(), marker: Some(number) }
    }

    /// What is dashed was measured on the reader's machine.
    pub(super) fn yours(ink: Ink) -> Self {
        Self { name: YOURS, color: ink.dashed(), marker: None }
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
        let name = wrap(key.name, WIDTH - 300);
        let width = 300 + widest(&name);
        if x > 0 && x + width > WIDTH {
            (x, top) = (0, bottom);
        }
        let middle = top + ROW / 2;
        area.draw(&PathElement::new(
            [(x, middle), (x + 240, middle)],
            key.color.stroke_width(THICK),
        ))?;
        if let Some(series) = key.marker {
            marker(area, series, (x + 120, middle), key.color)?;
        }
        // The line needs a row even if the name is empty.
        bottom = write_rows(area, &name, (x + 300, top), HPos::Left)?
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
