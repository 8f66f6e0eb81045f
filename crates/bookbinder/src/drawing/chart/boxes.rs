//! What lies in what, and what leads where.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::area::{Area, Drawn, THICK, WIDTH};
use super::arrow::arrow;
use super::heading::heading;
use super::ink::Ink;
use super::picture::picture;
use super::text::{ROW, widest, width, wrap, write_rows};
use crate::asking::sketch::{Arrow, Box, Boxes, Kind};
use crate::drawing::html::Html;

/// Between a border and what lies within it.
const PADDING: i32 = 70;
/// Between boxes that have nothing to do with each other.
const GAP: i32 = 90;
/// What an arrow between two boxes needs at least, and at most for its text.
const ARROW: i32 = 420;
const TEXT: i32 = 1400;
/// Borders are drawn to both sides of where they are.
const EDGE: i32 = THICK as i32 / 2;
const INSIDE: i32 = WIDTH - 2 * EDGE;
/// A column that is narrower is no place for a text.
const COLUMN: i32 = 1000;

/// The drawing as one `<svg>` element: lines none of which is blank.
pub(crate) fn svg(boxes: &Boxes) -> Html {
    picture(&boxes.title, &describe(boxes), |area| draw(boxes, area))
}

/// Where a box lies.
#[derive(Clone, Copy)]
struct Place {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

/// A box, where it lies, and what lies in it.
struct Placed<'a> {
    what: &'a Box,
    place: Place,
    name: Vec<String>,
    inner: Vec<Placed<'a>>,
}

fn draw(boxes: &Boxes, area: &Area) -> Drawn<i32> {
    let top = heading(area, &boxes.title, &[])?;
    let crosses = |arrow: &&Arrow| arrow.from[0] != arrow.to[0];
    let across: Vec<_> =
        boxes.arrows.iter().filter(crosses).map(|arrow| arrow.text.clone()).collect();
    let between = if across.is_empty() {
        GAP
    } else {
        (widest(&across) + 2 * PADDING).clamp(ARROW, TEXT)
    };
    let count = boxes.boxes.len() as i32;
    let column = (INSIDE - between * (count - 1)) / count;
    // Boxes in one column need room for the arrows from one to the next.
    let is_within = boxes.arrows.len() > across.len();
    let down = if is_within { ARROW } else { GAP };
    let (mut placed, mut bottom) = (Vec::new(), top);
    if column >= COLUMN {
        for (at, each) in boxes.boxes.iter().enumerate() {
            let left = EDGE + (column + between) * at as i32;
            let each = place(each, left, top, column, down);
            bottom = bottom.max(each.place.bottom);
            placed.push(each);
        }
    } else {
        let down = if boxes.arrows.is_empty() { GAP } else { ARROW };
        for each in &boxes.boxes {
            let from = if placed.is_empty() { top } else { bottom + down };
            let each = place(each, EDGE, from, INSIDE, down);
            bottom = each.place.bottom;
            placed.push(each);
        }
    }
    placed.iter().try_for_each(|each| draw_box(area, each))?;
    for (at, each) in boxes.arrows.iter().enumerate() {
        // Several between the same two lie beside each other.
        let is_like = |other: &&Arrow| {
            (&other.from, &other.to) == (&each.from, &each.to)
                || (&other.from, &other.to) == (&each.to, &each.from)
        };
        let before = boxes.arrows[..at].iter().filter(is_like).count() as i32;
        let (from, to) = (find(&placed, &each.from), find(&placed, &each.to));
        draw_arrow(area, from, to, before, &each.text)?;
    }
    Ok(bottom + PADDING)
}

/// Lays out a box, and what lies in it, below `top`.
fn place(what: &Box, left: i32, top: i32, wide: i32, down: i32) -> Placed<'_> {
    let is_row = what.kind == Kind::Row;
    let has_walls = !matches!(what.kind, Kind::Row | Kind::Column);
    let padding = if has_walls { PADDING } else { 0 };
    let name = wrap(&what.name, wide - 2 * padding);
    let mut bottom = top + padding / 2 + ROW * name.len() as i32;
    let mut inner: Vec<Placed> = Vec::new();
    let count = what.inner.len() as i32;
    for (at, each) in what.inner.iter().enumerate() {
        if is_row {
            let edge = |at: i32| left + wide * at / count;
            let (from, to) = (edge(at as i32), edge(at as i32 + 1));
            inner.push(place(each, from, top + ROW * name.len() as i32, to - from, down));
        } else {
            let from = bottom + if inner.is_empty() { padding / 2 } else { down };
            let each = place(each, left + padding, from, wide - 2 * padding, down);
            bottom = each.place.bottom;
            inner.push(each);
        }
    }
    if is_row {
        // Those in a row are of one height.
        bottom = inner.iter().map(|each| each.place.bottom).max().unwrap_or(bottom);
        inner.iter_mut().for_each(|each| each.place.bottom = bottom);
    } else {
        bottom += if inner.is_empty() { padding / 2 } else { padding };
    }
    Placed { what, place: Place { left, top, right: left + wide, bottom }, name, inner }
}

/// Where the box at `path` lies.
fn find(placed: &[Placed], path: &[usize]) -> Place {
    let [first, rest @ ..] = path else { unreachable!("a path is never empty") };
    let there = &placed[*first];
    if rest.is_empty() { there.place } else { find(&there.inner, rest) }
}

fn draw_box(area: &Area, Placed { what, place, name, inner }: &Placed) -> Drawn<()> {
    let Place { left, top, right, bottom } = *place;
    let corners = [(left, top), (right, bottom)];
    let ink = match what.kind {
        Kind::Thread => Some(Ink::of_series(0)),
        Kind::Lock => Some(Ink::of_series(1)),
        Kind::Memory => Some(Ink::of_series(2)),
        Kind::Channel => Some(Ink::of_series(3)),
        Kind::Process => Some(Ink::TEXT),
        Kind::Row | Kind::Column => None,
    };
    if let Some(ink) = ink {
        // Walls enclose; what lies within them is filled.
        if what.kind != Kind::Process {
            area.draw(&Rectangle::new(corners, ink.pale().filled()))?;
        }
        area.draw(&Rectangle::new(corners, ink.solid().stroke_width(THICK)))?;
    }
    let (at, side) = match what.kind {
        Kind::Row | Kind::Column => ((left, top), HPos::Left),
        _ if inner.is_empty() => {
            let free = bottom - top - ROW * name.len() as i32;
            (((left + right) / 2, top + free / 2), HPos::Center)
        }
        _ => ((left + PADDING, top + PADDING / 2), HPos::Left),
    };
    write_rows(area, name, at, side)?;
    inner.iter().try_for_each(|each| draw_box(area, each))
}

/// Draws an arrow from box to box; `number` of them are between these two already.
fn draw_arrow(area: &Area, from: Place, to: Place, number: i32, text: &str) -> Drawn<()> {
    let middle = |(a, b): (i32, i32), (c, d): (i32, i32)| {
        // Where both are, if there is such a place.
        let (low, high) = (a.max(c), b.min(d));
        if low < high {
            ((low + high) / 2, (low + high) / 2)
        } else {
            ((a + b) / 2, (c + d) / 2)
        }
    };
    let aside = number * 2 * ROW;
    let is_across = from.right <= to.left || to.right <= from.left;
    if is_across {
        let (y, to_y) = middle((from.top, from.bottom), (to.top, to.bottom));
        let (x, to_x) = if from.right <= to.left {
            (from.right, to.left)
        } else {
            (from.left, to.right)
        };
        let (start, end) = ((x, y + aside), (to_x, to_y + aside));
        arrow(area, start, end)?;
        let rows = wrap(text, (to_x - x).abs() - PADDING);
        let above = (start.1 + end.1) / 2 - ROW * rows.len() as i32 - PADDING / 3;
        write_rows(area, &rows, ((x + to_x) / 2, above), HPos::Center)?;
        return Ok(());
    }
    let (x, to_x) = middle((from.left, from.right), (to.left, to.right));
    let (y, to_y) =
        if from.bottom <= to.top { (from.bottom, to.top) } else { (from.top, to.bottom) };
    let (start, end) = ((x + aside, y), (to_x + aside, to_y));
    arrow(area, start, end)?;
    let at = ((start.0 + end.0) / 2 + PADDING, (y + to_y) / 2);
    let rows = wrap(text, (WIDTH - at.0).max(width("…")));
    write_rows(area, &rows, (at.0, at.1 - ROW * rows.len() as i32 / 2), HPos::Left)?;
    Ok(())
}

/// What is to be seen, in words.
fn describe(boxes: &Boxes) -> String {
    let mut said = Vec::new();
    boxes.boxes.iter().for_each(|each| tell(each, &mut said));
    for Arrow { from, to, text } in &boxes.arrows {
        let name = |path: &[usize]| {
            let mut each = &boxes.boxes[path[0]];
            for at in &path[1..] {
                each = &each.inner[*at];
            }
            each.name.clone()
        };
        let colon = if text.is_empty() { "" } else { ": " };
        said.push(format!("An arrow from {} to {}{colon}{text}.", name(from), name(to)));
    }
    said.join(" ")
}

fn tell(each: &Box, said: &mut Vec<String>) {
    let names: Vec<_> = each.inner.iter().map(|inner| inner.name.as_str()).collect();
    let names: Vec<_> = names.into_iter().filter(|name| !name.is_empty()).collect();
    match (each.name.as_str(), names.len()) {
        (_, 0) => {}
        ("", _) => said.push(format!("Side by side: {}.", names.join(", "))),
        (name, _) => said.push(format!("In {name}: {}.", names.join(", "))),
    }
    if each.inner.is_empty() && said.is_empty() {
        said.push(format!("{}.", each.name));
    }
    each.inner.iter().for_each(|inner| {
        if !inner.inner.is_empty() {
            tell(inner, said);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asking::Sketch;
    use crate::drawing::chart::tests::check;

    fn drawn(block: &str) -> String {
        let Ok(Sketch::Boxes(boxes)) = Sketch::parse("boxes", block) else {
            panic!("{block} should be boxes");
        };
        check(svg(&boxes))
    }

    #[test]
    fn boxes_lie_beside_each_other_and_in_each_other() {
        let svg = drawn(
            "Fork\nprocess: parent\n  thread: main\n  memory: list\nprocess: child\n  memory: copy\n\
             list -> copy: at first\ncopy -> list\n",
        );
        // Two walls; three within them, filled and with a border.
        assert_eq!(svg.matches("<rect").count(), 2 + 3 * 2, "{svg}");
        assert_eq!(svg.matches("<polygon").count(), 2, "{svg}");
        assert!(svg.contains("In parent: main, list. In child: copy. "), "{svg}");
        assert!(svg.contains("An arrow from list to copy: at first."), "{svg}");
    }

    #[test]
    fn odd_boxes_do_no_harm() {
        let long = "x<y ".repeat(60);
        drawn(&format!(
            "{long}\nprocess: {long}\n  row: {long}\n    lock: {long}\n    lock:\n"
        ));
        let many = "lock: a\n".repeat(40);
        drawn(&format!("t\n{many}core: b\nrow:\ncore: c\nb -> c: {long}\nc -> b\n"));
        drawn("t\nrow:\n");
    }
}
