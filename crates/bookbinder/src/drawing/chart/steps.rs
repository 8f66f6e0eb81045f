//! Who does what, and in which order: a lane for each, and time from top to bottom.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, THICK, THIN, WIDTH};
use super::arrow::arrow;
use super::heading::heading;
use super::ink::Ink;
use super::picture::picture;
use super::text::{ROW, wrap, write_rows};
use crate::asking::sketch::{Cell, Mark, Row, Steps};
use crate::drawing::html::Html;

/// Between the border of a step and its text.
const PADDING: i32 = 60;
/// Between one row and the next.
const GAP: i32 = 90;

/// The drawing as one `<svg>` element: lines none of which is blank.
pub(crate) fn svg(steps: &Steps) -> Html {
    let described: Vec<String> =
        steps.rows.iter().flat_map(|row| describe(steps, row)).collect();
    picture(&steps.title, &described.join(" "), |area| draw(steps, area))
}

fn draw(steps: &Steps, area: &Area) -> Drawn<i32> {
    let lane = WIDTH / steps.lanes.len() as i32;
    let middle = |at: usize| lane * at as i32 + lane / 2;
    let top = heading(area, &steps.title, &[])?;
    let names: Vec<_> = steps.lanes.iter().map(|name| wrap(name, lane - GAP)).collect();
    let below = top + ROW * names.iter().map(Vec::len).max().unwrap_or(0) as i32;
    for (at, name) in names.iter().enumerate() {
        let from = below - ROW * name.len() as i32;
        write_rows(area, name, (middle(at), from), HPos::Center)?;
        let line = [
            (lane * at as i32 + GAP / 2, below),
            (lane * (at as i32 + 1) - GAP / 2, below),
        ];
        area.draw(&PathElement::new(
            line,
            Ink::of_series(at).solid().stroke_width(THICK),
        ))?;
    }
    // The lines of the lanes lie below everything else, so all heights come first.
    let texts: Vec<_> = steps.rows.iter().map(|row| texts(row, lane)).collect();
    let height = |texts: &Vec<Vec<String>>| {
        ROW * texts.iter().map(Vec::len).max().unwrap_or(0).max(1) as i32 + PADDING
    };
    let bottom = below + texts.iter().map(|texts| height(texts) + GAP).sum::<i32>() + GAP;
    for at in 0..steps.lanes.len() {
        let line = [(middle(at), below), (middle(at), bottom)];
        area.draw(&PathElement::new(line, Ink::GRID.solid().stroke_width(THIN)))?;
    }
    let mut y = below + GAP;
    for (row, texts) in steps.rows.iter().zip(&texts) {
        let height = height(texts);
        match row {
            Row::Cells(cells) => {
                for (at, (cell, text)) in cells.iter().zip(texts).enumerate() {
                    let Some(cell) = cell else { continue };
                    let (left, right) =
                        (lane * at as i32 + GAP / 2, lane * (at as i32 + 1) - GAP / 2);
                    let own = ROW * text.len() as i32 + PADDING;
                    let from = y + (height - own) / 2;
                    step(area, cell, at, [(left, from), (right, from + own)])?;
                    let at = (middle(at), from + PADDING / 2);
                    write_rows(area, text, at, HPos::Center)?;
                }
            }
            Row::Arrow { from, to, .. } => {
                let (from, to) = (middle(*from), middle(*to));
                let text = &texts[0];
                let over = y + ROW * text.len() as i32;
                write_rows(area, text, ((from + to) / 2, y), HPos::Center)?;
                arrow(area, (from, over + PADDING / 2), (to, over + PADDING / 2))?;
            }
        }
        y += height + GAP;
    }
    Ok(bottom)
}

/// The border of a step, and what is in it.
fn step(area: &Area, cell: &Cell, lane: usize, corners: [(i32, i32); 2]) -> Drawn<()> {
    let own = Ink::of_series(lane);
    // Nothing of the lane's line shows through.
    area.draw(&Rectangle::new(corners, Ink::GRID.hollow().filled()))?;
    let (ink, is_filled) = match cell.mark {
        Some(Mark::Wrong) => (Ink::BAD, true),
        Some(Mark::Holds) => (own, true),
        Some(Mark::Waits) | None => (own, false),
    };
    if is_filled {
        area.draw(&Rectangle::new(corners, ink.pale().filled()))?;
    }
    let color = match cell.mark {
        Some(Mark::Waits) => ink.dashed(),
        _ => ink.solid(),
    };
    area.draw(&Rectangle::new(corners, color.stroke_width(THICK)))
}

/// What is written in a row: the rows of text of each cell, or of the arrow.
fn texts(row: &Row, lane: i32) -> Vec<Vec<String>> {
    match row {
        Row::Cells(cells) => {
            let text = |cell: &Option<Cell>| {
                cell.as_ref().map_or("", |cell| &cell.text).to_string()
            };
            cells.iter().map(|cell| wrap(&text(cell), lane - GAP - 2 * PADDING)).collect()
        }
        Row::Arrow { from, to, text } => {
            vec![wrap(text, lane * from.abs_diff(*to) as i32 - GAP)]
        }
    }
}

/// A row in words, for those who don't see it.
fn describe(steps: &Steps, row: &Row) -> Vec<String> {
    match row {
        Row::Cells(cells) => {
            let named = steps.lanes.iter().zip(cells);
            let said = named.filter_map(|(lane, cell)| {
                let Cell { mark, text } = cell.as_ref()?;
                let mark = match mark {
                    Some(Mark::Waits) => " (it waits)",
                    Some(Mark::Wrong) => " (this is where it goes wrong)",
                    Some(Mark::Holds) => " (it holds what others want)",
                    None => "",
                };
                Some(format!("{lane}: {text}{mark}."))
            });
            said.collect()
        }
        Row::Arrow { from, to, text } => {
            let (from, to) = (&steps.lanes[*from], &steps.lanes[*to]);
            let colon = if text.is_empty() { "" } else { ": " };
            vec![format!("An arrow from {from} to {to}{colon}{text}.")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asking::Sketch;
    use crate::drawing::chart::tests::check;

    fn drawn(block: &str) -> String {
        let Ok(Sketch::Steps(steps)) = Sketch::parse("steps", block) else {
            panic!("{block} should be steps");
        };
        check(svg(&steps))
    }

    #[test]
    fn each_step_is_in_its_lane_and_told() {
        let svg =
            drawn("A race\nA | B\nreads 5 | * reads 5\nA -> B: \n~ waits | ! writes 6\n");
        // A background for each; two of them are filled.
        assert_eq!(svg.matches("<rect").count(), 4 * 2 + 2, "{svg}");
        assert_eq!(svg.matches("stroke-dasharray").count(), 1, "{svg}");
        assert!(svg.contains("var(--plot-bad)"), "{svg}");
        assert_eq!(svg.matches("<polygon").count(), 1, "{svg}");
        assert!(
            svg.contains("A: reads 5. B: reads 5 &#40;it holds what others want&#41;. An arrow from A to B. "),
            "{svg}"
        );
    }

    #[test]
    fn odd_steps_do_no_harm() {
        let long = "x<y ".repeat(60);
        drawn(&format!("{long}\n{long} | {}\n{long} | a\n | b\n", "z".repeat(300)));
        let lanes = ["l"; 60].join(" | ");
        drawn(&format!("t\n{lanes}\n{lanes}\n"));
    }
}
