//! Measurements as pictures: inline SVG that takes its colours from the page.

use std::io::Error;
use std::mem::take;
use std::ops::RangeInclusive;

use plotters::coord::ranged1d::Ranged;
use plotters::coord::types::RangedCoordf64;
use plotters::coord::{CoordTranslate, Shift};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A measured value with its interval, in the chart's unit.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// What the value was measured at: a count.
    pub(crate) x: f64,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The value.
    pub(crate) estimate: f64,
    /// The upper end of the interval.
    pub(crate) high: f64,
}

/// The points that one line connects.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// The name in the legend. Series of the same name share a colour and a marker.
    pub(crate) name: String,
    /// Measured on the reader's own machine: the line is dashed and its markers are hollow.
    pub(crate) yours: bool,
    /// In any order. Points that the axes have no place for are left out: zero on a logarithmic axis, infinity.
    pub(crate) points: Vec<Point>,
}

/// A chart of lines, every point with its interval.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    /// What the chart shows; empty for no heading.
    pub(crate) title: String,
    /// What stands under the x axis, which counts something.
    pub(crate) x_label: String,
    /// What stands over the y axis.
    pub(crate) y_label: String,
    /// Writes a value of the y axis with its unit.
    pub(crate) format: fn(f64) -> String,
    /// Whether the x axis is logarithmic.
    pub(crate) log_x: bool,
    /// Whether the y axis is logarithmic; otherwise it starts at 0.
    pub(crate) log_y: bool,
    /// The lines, in the order of the legend.
    pub(crate) series: Vec<Series>,
    /// A place on the x axis and a few words about it: a vertical line marks it.
    pub(crate) mark: Option<(f64, String)>,
}

/// One bar of [`Bars`].
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    /// What stands over the bar. Bars of the same name stand together under it.
    pub(crate) name: String,
    /// Measured on the reader's own machine: the outline is dashed.
    pub(crate) yours: bool,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The value: the length of the bar. A negative one is drawn as 0.
    pub(crate) estimate: f64,
    /// The upper end of the interval.
    pub(crate) high: f64,
}

/// A chart of horizontal bars that start at 0, each with its interval and its value.
#[derive(Clone, Debug)]
pub(crate) struct Bars {
    /// What the chart shows; empty for no heading.
    pub(crate) title: String,
    /// Writes a value with its unit.
    pub(crate) format: fn(f64) -> String,
    /// From top to bottom.
    pub(crate) bars: Vec<Bar>,
}

// Plotters has only whole coordinates. Ten of them to what would be a pixel keep the lines smooth.
const WIDTH: i32 = 4400;
const PLOT_HEIGHT: i32 = 2300;
const FONT: i32 = 140;
const ROW: i32 = 190;
const LINE: u32 = 20;
const HAIR: u32 = 10;

const YOURS: &str = "your machine";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// A name, its ink, and the number of the series whose marker goes with it.
type Key<'a> = (&'a str, RGBColor, Option<usize>);
type Drawn<T> = Result<T, DrawingAreaErrorKind<Error>>;

impl Lines {
    /// The chart as one `<svg>` element: lines of HTML none of which is blank.
    pub(crate) fn svg(&self) -> String {
        let names = distinct(self.series.iter().map(|series| series.name.as_str()));
        let mut described = vec![format!("{} by {}.", self.y_label, self.x_label)];
        let lines: Vec<(&Series, Vec<&Point>)> =
            self.series.iter().map(|series| (series, self.usable(series))).collect();
        for (series, points) in &lines {
            described.push(match points.last() {
                Some(p) => {
                    let at = format!(" at {}", tour::format::number(p.x));
                    sentence(&series.name, series.yours, &at, self.format, (p.low, p.estimate, p.high))
                }
                None => format!("{}: no measurements.", series.name),
            });
        }
        picture(&self.title, &described.join(" "), |area| self.draw(area, &names, &lines))
    }

    /// The points that have a place on both axes, from left to right.
    fn usable<'a>(&self, series: &'a Series) -> Vec<&'a Point> {
        let fits = |p: &&Point| has_place(p.x, self.log_x) && has_place(p.estimate, self.log_y);
        let mut points: Vec<&Point> = series.points.iter().filter(fits).collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        points
    }

    fn draw(&self, area: &Area, names: &[&str], lines: &[(&Series, Vec<&Point>)]) -> Drawn<i32> {
        let points = || lines.iter().flat_map(|(_, points)| points);
        if points().next().is_none() {
            let top = heading(area, &self.title, &[])?;
            return rows(area, &["No measurements.".into()], (0, top), HPos::Left);
        }
        let mark = self.mark.as_ref().filter(|(x, _)| has_place(*x, self.log_x));
        let xs = Axis::new(self.log_x, false, points().map(|p| p.x).chain(mark.map(|(x, _)| *x)));
        let ys = Axis::new(self.log_y, true, points().flat_map(|p| [p.low, p.estimate, p.high]));
        let index = |name: &str| names.iter().position(|n| *n == name).unwrap_or(0);

        let y_ticks = ys.ticks(PLOT_HEIGHT, self.format, |_| 2 * FONT, &[]);
        let left = y_ticks.iter().map(|(_, label)| width(label)).max().unwrap_or(0).clamp(300, WIDTH / 2) + 70;
        let ends = self.direct_labels(names, lines, &ys);
        let right = match &ends {
            Some(ends) => WIDTH - 90 - ends.iter().map(|(name, _)| width(name)).max().unwrap_or(0),
            None => WIDTH - 50,
        };
        let mut measured = distinct(points().map(|p| p.x));
        measured.sort_by(f64::total_cmp);
        let x_ticks =
            |right: i32| xs.ticks(right - left, tour::format::number, |label| width(label) + FONT / 2, &measured);
        // The last label is centred under its tick and must end within the picture, which may leave room for fewer.
        let right = x_ticks(right).iter().fold(right, |right, (x, label)| {
            let share = (x - xs.min) / (xs.max - xs.min);
            right.min(left + (f64::from(WIDTH - left - width(label) / 2) / share.max(0.1)) as i32)
        });
        let x_ticks = x_ticks(right);

        let mut keys = Vec::new();
        if ends.is_none() {
            keys.extend(names.iter().enumerate().map(|(i, name)| (*name, solid(hue(i)), Some(i))));
        }
        if self.series.iter().any(|series| series.yours) {
            keys.push((YOURS, dashed(FG), None));
        }
        let y_label = wrap(&self.y_label, WIDTH);
        let mut top = heading(area, &self.title, &keys)?;
        top = rows(area, &y_label, (0, top), HPos::Left)?;
        if let Some((x, label)) = mark {
            let label = wrap(label, WIDTH);
            let half = widest(&label) / 2;
            let x = xs.pixel(*x, left..=right).clamp(half, WIDTH - half);
            let first =
                if label.len() * y_label.len() == 1 && widest(&y_label) + FONT <= x - half { top - ROW } else { top };
            top = rows(area, &label, (x, first), HPos::Center)?;
        }
        top += 70;
        let bottom = top + PLOT_HEIGHT;
        let pixels = (left..right, bottom..top);
        let plane = Cartesian2d::<RangedCoordf64, RangedCoordf64>::new(xs.min..xs.max, ys.min..ys.max, pixels);
        let place = |x: f64, y: f64| plane.translate(&(xs.place(x), ys.place(y)));

        for (y, label) in &y_ticks {
            let (x, y) = plane.translate(&(xs.min, *y));
            area.draw(&PathElement::new([(x, y), (right, y)], solid(GRID).stroke_width(HAIR)))?;
            text(area, label, (x - 70, y), HPos::Right)?;
        }
        for (x, label) in &x_ticks {
            let (x, y) = plane.translate(&(*x, ys.min));
            area.draw(&PathElement::new([(x, top), (x, y)], solid(GRID).stroke_width(HAIR)))?;
            text(area, label, (x.max(width(label) / 2), y + 150), HPos::Center)?;
        }
        if let Some((x, _)) = mark {
            let x = place(*x, 1.0).0;
            area.draw(&PathElement::new([(x, top - 20), (x, bottom)], dashed(FG).stroke_width(HAIR)))?;
        }
        for (series, points) in lines {
            let i = index(&series.name);
            let line = if series.yours { dashed(hue(i)) } else { solid(hue(i)) };
            let path: Vec<_> = points.iter().map(|p| place(p.x, p.estimate)).collect();
            area.draw(&PathElement::new(path, line.stroke_width(LINE)))?;
            for p in points {
                let ((x, low), (_, high)) = (place(p.x, p.low), place(p.x, p.high));
                let whisker = [(x - 55, low), (x + 55, low), (x, low), (x, high), (x - 55, high), (x + 55, high)];
                area.draw(&PathElement::new(whisker, solid(hue(i)).stroke_width(HAIR)))?;
                let fill = if series.yours { hollow(hue(i)) } else { solid(hue(i)) };
                marker(area, i, place(p.x, p.estimate), fill)?;
            }
        }
        for (name, last) in ends.iter().flatten() {
            text(area, name, (right + 60, place(last.x, last.estimate).1), HPos::Left)?;
        }
        rows(area, &wrap(&self.x_label, WIDTH), ((left + right) / 2, bottom + 250), HPos::Center)
    }

    /// The names and the points they can stand beside: all lines end at the right, with room for a name at each.
    fn direct_labels<'a>(
        &self,
        names: &[&'a str],
        lines: &[(&Series, Vec<&'a Point>)],
        ys: &Axis,
    ) -> Option<Vec<(&'a str, &'a Point)>> {
        let end = |name: &&'a str| {
            let (_, points) = lines.iter().filter(|(s, _)| s.name == *name).min_by_key(|(s, _)| s.yours)?;
            points.last().map(|last| (*name, *last))
        };
        let ends = names.iter().map(end).collect::<Option<Vec<_>>>()?;
        let mut heights: Vec<i32> = ends.iter().map(|(_, p)| ys.pixel(p.estimate, 0..=PLOT_HEIGHT)).collect();
        heights.sort_unstable();
        let apart = heights.windows(2).all(|pair| pair[1] - pair[0] >= FONT * 5 / 4);
        let x = lines.iter().filter_map(|(_, points)| points.last()).map(|p| p.x).fold(f64::MIN, f64::max);
        let fit = ends.iter().all(|(name, last)| width(name) <= WIDTH / 4 && last.x == x);
        (apart && fit).then_some(ends)
    }
}

impl Bars {
    /// The chart as one `<svg>` element: lines of HTML none of which is blank.
    pub(crate) fn svg(&self) -> String {
        let said = |b: &Bar| sentence(&b.name, b.yours, "", self.format, (b.low, b.estimate, b.high));
        let described: Vec<String> = self.bars.iter().map(said).collect();
        picture(&self.title, &described.join(" "), |area| self.draw(area))
    }

    fn draw(&self, area: &Area) -> Drawn<i32> {
        let room = WIDTH - 90 - self.bars.iter().map(|bar| width(&(self.format)(bar.estimate))).max().unwrap_or(0);
        let axis = Axis::new(false, true, self.bars.iter().flat_map(|bar| [bar.estimate, bar.high]));
        let end = |value: f64| axis.pixel(value.max(0.0), HAIR as i32..=room.max(FONT));
        let key = self.bars.iter().any(|bar| bar.yours).then_some((YOURS, dashed(hue(0)), None));
        let mut top = heading(area, &self.title, key.as_slice())?;
        for name in distinct(self.bars.iter().map(|bar| bar.name.as_str())) {
            top = rows(area, &wrap(name, WIDTH), (0, top), HPos::Left)? + 20;
            for bar in self.bars.iter().filter(|bar| bar.name == name) {
                let (y, bottom) = (top + 70, top + 140);
                let color = if bar.yours { dashed(hue(0)).stroke_width(HAIR) } else { solid(hue(0)).mix(0.5).filled() };
                area.draw(&Rectangle::new([(end(0.0), top), (end(bar.estimate), bottom)], color))?;
                let (l, h) = (end(bar.low), end(bar.high));
                let whisker = [(l, y - 45), (l, y + 45), (l, y), (h, y), (h, y - 45), (h, y + 45)];
                area.draw(&PathElement::new(whisker, solid(FG).stroke_width(HAIR)))?;
                let value = (self.format)(bar.estimate);
                text(area, &value, (h.max(end(bar.estimate)) + 60, y), HPos::Left)?;
                top = bottom + 50;
            }
            top += 50;
        }
        Ok(top)
    }
}

/// The range of an axis; of its logarithms if it is logarithmic.
struct Axis {
    log: bool,
    min: f64,
    max: f64,
}

/// Whether a value can be drawn. Beyond the bounds lies nothing that was measured, only overflow.
fn has_place(value: f64, log: bool) -> bool {
    value.abs() < 1e30 && (value > 1e-30 || !log)
}

impl Axis {
    fn new(log: bool, from_zero: bool, values: impl Iterator<Item = f64>) -> Axis {
        let placed = values.filter(|v| has_place(*v, log)).map(|v| if log { v.log10() } else { v });
        let (mut min, mut max) = placed.fold((f64::MAX, f64::MIN), |(min, max), v| (v.min(min), v.max(max)));
        if min > max {
            (min, max) = (0.0, 1.0);
        }
        let zero = from_zero && !log && min >= 0.0;
        if zero {
            min = 0.0;
        }
        // Nothing stands on the edge; a single value stands in the middle.
        let margin = if max - min > max.abs() * 1e-9 {
            (max - min) * 0.04
        } else if log {
            0.5
        } else {
            max.abs().max(1.0) * 0.5
        };
        (min, max) = (if zero { 0.0 } else { min - margin }, max + margin);
        if log && max.floor() - min.ceil() < 1.0 {
            (min, max) = (min.floor(), max.ceil());
        }
        Axis { log, min, max }
    }

    fn place(&self, value: f64) -> f64 {
        // In this order an end of an interval that has no place becomes the lower edge.
        (if self.log { value.log10() } else { value }).max(self.min).min(self.max)
    }

    fn pixel(&self, value: f64, range: RangeInclusive<i32>) -> i32 {
        let share = (self.place(value) - self.min) / (self.max - self.min);
        range.start() + (share * f64::from(range.end() - range.start())).round() as i32
    }

    /// Where ticks stand and what they say, as many as `length` has room for with labels of that `extent`: powers of
    /// ten; without logarithms the `measured` values, if these are few, or else round numbers.
    fn ticks(
        &self,
        length: i32,
        format: fn(f64) -> String,
        extent: impl Fn(&str) -> i32,
        measured: &[f64],
    ) -> Vec<(f64, String)> {
        let choice = |n: usize| -> Vec<f64> {
            match self.log {
                true => (self.min.ceil() as i32..=self.max.floor() as i32).rev().step_by(n).map(f64::from).collect(),
                false if n == 1 && (1..=8).contains(&measured.len()) => measured.to_vec(),
                false => RangedCoordf64::from(self.min..self.max).key_points(8usize.saturating_sub(n).max(1)),
            }
        };
        let label = |at: f64| (at, bare(&format(if self.log { 10f64.powi(at as i32) } else { at })));
        let scale = f64::from(length) / (self.max - self.min);
        let fits = |ticks: &Vec<(f64, String)>| {
            ticks.windows(2).all(|pair| {
                let room = (pair[1].0 - pair[0].0).abs() * scale;
                2.0 * room >= f64::from(extent(&pair[0].1) + extent(&pair[1].1))
            })
        };
        (1..=60).map(|n| choice(n).into_iter().map(label).collect()).find(fits).unwrap_or_default()
    }
}

/// A written value without its needless decimals: `1.0 µs` becomes `1 µs`.
fn bare(written: &str) -> String {
    let (number, unit) =
        written.split_at(written.find(|c: char| !c.is_ascii_digit() && !",.-".contains(c)).unwrap_or(written.len()));
    match number {
        "0" => "0".into(),
        _ if number.contains('.') => format!("{}{unit}", number.trim_end_matches('0').trim_end_matches('.')),
        _ => written.into(),
    }
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.fold(Vec::new(), |mut seen, value| {
        if !seen.contains(&value) {
            seen.push(value);
        }
        seen
    })
}

fn sentence(
    name: &str,
    yours: bool,
    at: &str,
    format: fn(f64) -> String,
    (low, estimate, high): (f64, f64, f64),
) -> String {
    let whose = if yours { format!(", {YOURS}") } else { String::new() };
    format!("{name}{whose}{at}: {} ({} to {}).", format(estimate), format(low), format(high))
}

/// How wide a text is at most: the reader's font is not known, so this goes by DejaVu Sans, a wide one.
fn width(text: &str) -> i32 {
    let share = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 35,
        'f' | 'r' | 't' | '(' | ')' | '-' | '/' => 42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 100,
        'A'..='Z' | '×' | '+' | '=' | '<' | '>' => 84,
        c if c < '\u{250}' => 64,
        _ => 110,
    };
    text.chars().map(|c| share(c) * FONT / 100).sum()
}

fn widest(texts: &[String]) -> i32 {
    texts.iter().map(|text| width(text)).max().unwrap_or(0)
}

/// The words of a text in rows of at most `room`; a word that is wider is broken.
fn wrap(text: &str, room: i32) -> Vec<String> {
    let (mut rows, mut row) = (Vec::new(), String::new());
    for word in words(text) {
        if !row.is_empty() && width(&row) + width(" ") + width(word) > room {
            rows.push(take(&mut row));
        }
        if !row.is_empty() {
            row.push(' ');
        }
        for c in word.chars() {
            if width(&row) + width(c.encode_utf8(&mut [0; 4])) > room {
                rows.push(take(&mut row));
            }
            row.push(c);
        }
    }
    rows.push(row);
    rows.retain(|row| !row.is_empty());
    rows
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty())
}

fn one_line(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

fn text(area: &Area, text: &str, at: (i32, i32), side: HPos) -> Drawn<()> {
    styled_text(area, text, at, side, FontStyle::Normal)
}

fn styled_text(area: &Area, text: &str, at: (i32, i32), side: HPos, style: FontStyle) -> Drawn<()> {
    let (font, ink) = (("sans-serif", FONT, style).into_font(), solid(FG));
    let style = TextStyle::from(font).color(&ink).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(one_line(text), at, style))
}

/// Writes rows of text from a height on and returns the height after them.
fn rows(area: &Area, texts: &[String], (x, top): (i32, i32), side: HPos) -> Drawn<i32> {
    texts.iter().try_fold(top, |top, row| text(area, row, (x, top + ROW / 2), side).map(|()| top + ROW))
}

/// The title and, under it, names beside their lines and markers, as many to a row as fit. Returns the height.
fn heading(area: &Area, title: &str, keys: &[Key]) -> Drawn<i32> {
    let mut top = 0;
    // Bold is wider.
    for row in wrap(title, WIDTH * 9 / 10) {
        styled_text(area, &row, (0, top + ROW / 2), HPos::Left, FontStyle::Bold)?;
        top += ROW;
    }
    top += 50;
    let (mut x, mut bottom) = (0, top);
    for (name, color, shape) in keys {
        let name = wrap(name, WIDTH - 300);
        let wide = 300 + widest(&name);
        if x > 0 && x + wide > WIDTH {
            (x, top) = (0, bottom);
        }
        let middle = top + ROW / 2;
        area.draw(&PathElement::new([(x, middle), (x + 240, middle)], color.stroke_width(LINE)))?;
        if let Some(shape) = shape {
            marker(area, *shape, (x + 120, middle), *color)?;
        }
        bottom = rows(area, &name, (x + 300, top), HPos::Left)?.max(middle + ROW / 2).max(bottom);
        x += wide + 140;
    }
    Ok(if keys.is_empty() { top } else { bottom + 50 })
}

/// Draws the marker of the series with this number.
fn marker(area: &Area, series: usize, (x, y): (i32, i32), color: impl Color) -> Drawn<()> {
    // Corners, and where the first one is, in degrees. All have about the area of the circle.
    let (corners, first, radius) = match (series + series / 6) % 6 {
        0 => return area.draw(&Circle::new((x, y), 36, color.filled().stroke_width(LINE))),
        1 => (4, 45.0, 45.0),
        2 => (3, -90.0, 56.0),
        3 => (4, 0.0, 52.0),
        4 => (3, 90.0, 56.0),
        _ => (5, -90.0, 42.0),
    };
    let corner = |i: i32| {
        let (sin, cos) = f64::to_radians(first + 360.0 * f64::from(i) / f64::from(corners)).sin_cos();
        (x + (radius * cos).round() as i32, y + (radius * sin).round() as i32)
    };
    area.draw(&Polygon::new((0..corners).map(corner).collect::<Vec<_>>(), color.filled()))
}

/// What the page calls its colours: `--plot-fg` for text and so on.
const INKS: [&str; 8] = ["fg", "grid", "1", "2", "3", "4", "5", "6"];
const FG: usize = 0;
const GRID: usize = 1;

fn hue(series: usize) -> usize {
    2 + series % 6
}

// Plotters knows neither variables nor dashes: these colours stand for them until `picture` replaces them.
fn solid(ink: usize) -> RGBColor {
    RGBColor(1, ink as u8, 0)
}

fn dashed(ink: usize) -> RGBColor {
    RGBColor(2, ink as u8, 0)
}

fn hollow(ink: usize) -> RGBColor {
    RGBColor(3, ink as u8, 0)
}

/// Makes an element of what `draw` draws; `draw` returns the height.
fn picture(title: &str, description: &str, draw: impl FnOnce(&Area) -> Drawn<i32>) -> String {
    let mut markup = String::new();
    let height = {
        let area = SVGBackend::with_string(&mut markup, (WIDTH as u32, WIDTH as u32)).into_drawing_area();
        draw(&area).and_then(|height| area.present().map(|()| height))
    }
    .expect("a String takes whatever is written to it");
    for (i, ink) in INKS.iter().enumerate() {
        let color = format!("\"var(--plot-{ink})\"");
        markup = markup
            .replace(&format!("\"#01{i:02X}00\""), &color)
            .replace(&format!("\"#02{i:02X}00\""), &format!("{color} stroke-dasharray=\"60 40\""))
            .replace(&format!("\"#03{i:02X}00\""), &format!("\"var(--plot-bg)\" stroke={color}"));
    }
    // What is said once at the root need not be repeated.
    let font = format!(" font-family=\"sans-serif\" font-size=\"{}\"", f64::from(FONT) / 1.24);
    let width = format!(" stroke-width=\"{LINE}\"");
    for said in [" opacity=\"1\"", " fill=\"none\"", " stroke=\"none\"", " text-anchor=\"start\"", &font, &width] {
        markup = markup.replace(said, "");
    }
    markup = markup.replace(" \"/>", "\"/>").replace("\">\n", "\">").replace("\n</text>", "</text>");
    let body = markup.split_once('>').map_or("", |(_, body)| body);
    let escaped = |text: &str| one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // Markdown takes lines for HTML if the first one is a whole tag.
    format!(
        "<svg class=\"plot\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" font-size=\"{FONT}\" fill=\"none\" \
         stroke-width=\"{LINE}\">\n<title>{}</title>\n<desc>{}</desc>\n{body}",
        escaped(title),
        escaped(description)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f64, y: f64) -> Point {
        Point { x, low: y * 0.9, estimate: y, high: y * 1.1 }
    }

    fn lines(names: &[&str], points: &[Point]) -> Lines {
        let series = |name: &&str| Series { name: name.to_string(), yours: false, points: points.to_vec() };
        Lines {
            title: "Sums".into(),
            x_label: "numbers".into(),
            y_label: "time".into(),
            format: tour::format::nanoseconds,
            log_x: true,
            log_y: true,
            series: names.iter().map(series).collect(),
            mark: None,
        }
    }

    fn bars(bars: &[(&str, bool, f64)]) -> Bars {
        let bar = |&(name, yours, y): &(&str, bool, f64)| {
            let Point { low, estimate, high, .. } = point(0.0, y);
            Bar { name: name.into(), yours, low, estimate, high }
        };
        let bars = bars.iter().map(bar).collect();
        Bars { title: "Locks".into(), format: tour::format::nanoseconds, bars }
    }

    /// What every picture must be, whatever it shows.
    fn check(svg: &str) {
        assert!(svg.starts_with("<svg class=\"plot\"") && svg.ends_with("</svg>\n"), "{svg}");
        assert!(svg.lines().next().is_some_and(|line| line.ends_with('>') && line.matches('>').count() == 1), "{svg}");
        assert!(svg.lines().all(|line| !line.trim().is_empty()), "{svg}");
        assert!(!svg.contains("\"#") && !svg.contains("=\"-"), "{svg}");
    }

    #[test]
    fn every_series_and_every_interval_is_drawn() {
        let mut chart = lines(&["threads", "processes"], &[point(100.0, 1e3), point(1e4, 1e6)]);
        chart.series.push(Series { yours: true, ..chart.series[1].clone() });
        chart.mark = Some((1e3, "here".into()));
        let svg = chart.svg();
        check(&svg);
        assert!(
            [">threads<", ">processes<", ">your machine<", ">here<"].iter().all(|text| svg.contains(text)),
            "{svg}"
        );
        // A whisker is a path of six points.
        let whisker = |line: &&str| line.starts_with("<polyline") && line.matches(',').count() == 6;
        assert_eq!(svg.lines().filter(whisker).count(), 6);
        assert!(svg.contains("processes, your machine at 10,000: 1.0 ms (900 µs to 1.1 ms)."), "{svg}");
        assert!(svg.contains("stroke=\"var(--plot-2)\" stroke-dasharray"), "{svg}");
        assert_eq!(svg, chart.svg());
    }

    #[test]
    fn bars_of_one_name_stand_together() {
        let svg = bars(&[("mutex", false, 3e7), ("atomic", false, 1e7), ("mutex", true, 2e7)]).svg();
        check(&svg);
        assert_eq!((svg.matches(">mutex<").count(), svg.matches("<rect").count()), (1, 3));
        assert!([">30 ms<", ">10 ms<", ">20 ms<"].iter().all(|text| svg.contains(text)), "{svg}");
    }

    #[test]
    fn text_is_escaped_and_rows_hold_all_of_it() {
        let name = "Arc<Mutex<u64>> & \"co\"\n\n".to_string() + &"long ".repeat(50) + &"x".repeat(200);
        let svg = lines(&[&name], &[point(1.0, 1.0)]).svg();
        check(&svg);
        assert!(svg.contains("Arc&lt;Mutex&lt;u64&gt;&gt; &amp; &quot;co&quot; long"), "{svg}");
        let rows = wrap(&name, WIDTH);
        assert!(rows.iter().all(|row| width(row) <= WIDTH));
        assert_eq!(rows.concat().replace(' ', ""), name.replace([' ', '\n'], ""));
        check(&bars(&[(&name, true, 1.0)]).svg());
    }

    #[test]
    fn odd_input_does_no_harm() {
        let odd = [0.0, -5.0, 1.0, 1.0 + 1e-12, 7.0, 1e-300, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        for (x, y) in odd.iter().flat_map(|x| odd.map(|y| (*x, y))) {
            for (log_x, log_y) in [(true, true), (true, false), (false, true), (false, false)] {
                for points in [vec![], vec![point(x, y)], vec![point(x, y), point(y, x), point(1.0, 1.0)]] {
                    let mark = Some((y, "mark".into()));
                    check(&Lines { log_x, log_y, mark, ..lines(&["a", "a", ""], &points) }.svg());
                }
            }
            check(&bars(&[("a", false, x), ("b", true, y)]).svg());
        }
        check(&bars(&[]).svg());
    }

    #[test]
    fn axes_say_no_more_than_they_must() {
        let written = ["1.0 µs", "0 ns", "1.5 ms", "100", "1,000", "0.50×", "1.00×", "", "NaN"].map(bare);
        assert_eq!(written, ["1 µs", "0", "1.5 ms", "100", "1,000", "0.5×", "1×", "", "NaN"]);
        let axis = Axis::new(true, false, [100.0, 1e9].into_iter());
        let ticks = axis.ticks(3300, tour::format::number, width, &[]);
        assert_eq!(
            ticks.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>(),
            ["1,000,000,000", "1,000,000", "1,000"]
        );
    }
}
