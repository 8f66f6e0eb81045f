//! Text: how wide it is, its rows, and a measurement as a sentence.

use std::mem::take;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::area::{Area, Drawn, FONT};
use super::ink::Ink;
use crate::drawing::interval;

/// The height of a row.
pub(super) const ROW: i32 = 190;
/// What the legend and the descriptions say of series that were measured on the reader's
/// machine.
pub(super) const YOURS: &str = "your machine";

/// How wide a text is at most: the reader's font is not known, so this goes by DejaVu
/// Sans, a wide one.
pub(super) fn width(text: &str) -> i32 {
    text.chars().map(char_width).fold(0, i32::saturating_add)
}

fn char_width(c: char) -> i32 {
    let percent = match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 35,
        'f' | 'r' | 't' | '(' | ')' | '-' | '/' => 42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 100,
        'A'..='Z' | '×' | '+' | '=' | '<' | '>' => 84,
        c if c < '\u{250}' => 64,
        _ => 110,
    };
    percent * FONT / 100
}

pub(super) fn widest(texts: &[String]) -> i32 {
    texts.iter().map(|text| width(text)).max().unwrap_or(0)
}

/// The words of a text in rows of at most `room`; a word that is wider is broken.
pub(super) fn wrap(text: &str, room: i32) -> Vec<String> {
    let (mut rows, mut row, mut filled) = (Vec::new(), String::new(), 0);
    for word in words(text) {
        if !row.is_empty() {
            if (filled + char_width(' ')).saturating_add(width(word)) > room {
                rows.push(take(&mut row));
                filled = 0;
            } else {
                row.push(' ');
                filled += char_width(' ');
            }
        }
        for c in word.chars() {
            if filled + char_width(c) > room {
                rows.push(take(&mut row));
                filled = 0;
            }
            row.push(c);
            filled += char_width(c);
        }
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
}

pub(super) fn one_line(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

/// Writes a text whose `side` is at a place.
pub(super) fn write(area: &Area, text: &str, at: (i32, i32), side: HPos) -> Drawn<()> {
    write_in(FontStyle::Normal, area, text, at, side)
}

pub(super) fn write_bold(area: &Area, text: &str, at: (i32, i32)) -> Drawn<()> {
    write_in(FontStyle::Bold, area, text, at, HPos::Left)
}

fn write_in(
    style: FontStyle,
    area: &Area,
    text: &str,
    at: (i32, i32),
    side: HPos,
) -> Drawn<()> {
    let (font, color) = (("sans-serif", FONT, style).into_font(), Ink::TEXT.solid());
    let style = TextStyle::from(font).color(&color).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(one_line(text), at, style))
}

/// Writes rows of text from a height on and returns the height after them.
pub(super) fn write_rows(
    area: &Area,
    rows: &[String],
    (x, mut top): (i32, i32),
    side: HPos,
) -> Drawn<i32> {
    for row in rows {
        write(area, row, (x, top + ROW / 2), side)?;
        top += ROW;
    }
    Ok(top)
}

/// A measurement in words: its name, `yours`, where it was measured, and its interval.
pub(super) fn sentence(
    name: &str,
    yours: bool,
    at: &str,
    format: fn(f64) -> String,
    (low, estimate, high): (f64, f64, f64),
) -> String {
    let whose = if yours { format!(", {YOURS}") } else { String::new() };
    format!("{name}{whose}{at}: {}.", interval::with_value(estimate, (low, high), format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_all_of_a_text() {
        let text = "Arc<Mutex<u64>> & \"co\"\n\n".to_string()
            + &"long ".repeat(50)
            + &"x".repeat(200);
        let rows = wrap(&text, 4000);
        assert!(rows.iter().all(|row| width(row) <= 4000));
        assert_eq!(rows.concat().replace(' ', ""), text.replace([' ', '\n'], ""));
        assert_eq!(wrap("one  two\nthree ", 1000), ["one two", "three"]);
        assert!(wrap(" ", 4000).is_empty());
    }
}
