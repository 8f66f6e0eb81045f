//! Measurements as figures.

use surveyor::kept::Measurement;

use super::chart::{Bar, Bars, Dots, Lanes, Level, Lines, Point, Series, distinct};
use super::html::Html;
use super::said;
use crate::kept::answer::Title;
use crate::kept::dots;
use crate::kept::grid::{Curve, Curves, List};
use crate::kept::timeline::Timeline;

/// A plot over sizes.
pub(super) fn plot(curves: &Curves) -> Html {
    // An author may say what is counted, where the unit says no more than that it is a number.
    let (quantity, x) =
        curves.x.split_once(" by ").unwrap_or((curves.unit.quantity(), curves.x));
    let title = capital(&format!("{quantity} by {x}"));
    lines(curves, title, quantity, x, curves.grow_by_factors && is_wide(curves))
}

/// Values that are no further apart than that have few ticks on a logarithmic axis, or none.
const NEAR: f64 = 10.0;

/// Whether the values are so far apart that small ones can't be seen beside large ones.
fn is_wide(curves: &Curves) -> bool {
    let values = || curves.curves.iter().flat_map(|curve| &curve.points);
    let least = values().map(|(_, m)| m.estimate).fold(f64::INFINITY, f64::min);
    let most = values().map(|(_, m)| m.estimate).fold(0.0, f64::max);
    most > NEAR * least
}

/// How samples are spread: of a thousand, how many lie at each size.
pub(super) fn spread(curves: &Curves) -> Html {
    lines(
        curves,
        format!("How many of 1,000, by {}", curves.x),
        "of 1,000",
        curves.x,
        false,
    )
}

fn lines(
    curves: &Curves,
    title: String,
    y_label: &str,
    x_label: &str,
    log_y: bool,
) -> Html {
    let series = |Curve { name, yours, points }: &Curve| Series {
        name: (*name).to_string(),
        yours: *yours,
        points: points.iter().map(|&(x, m)| point(x, m)).collect(),
    };
    figure(
        &Lines {
            title,
            x_label: x_label.into(),
            y_label: y_label.into(),
            format: curves.unit.format(),
            base: curves.unit.base(),
            log_x: curves.grow_by_factors,
            log_y,
            series: curves.curves.iter().map(series).collect(),
            mark: curves.crossing.map(|(x, name)| (x, format!("break-even: {name}"))),
        }
        .svg(),
    )
}

fn point(x: f64, m: &Measurement) -> Point {
    Point { x, low: m.low, estimate: m.estimate, high: m.high }
}

/// Points over names, and lines to compare them with. Where there is one series, the title has its name.
pub(super) fn dots(dots: &dots::Dots) -> Html {
    let quantity = dots.unit.quantity();
    let mut about = vec![dots.about];
    let mut names = distinct(dots.series.iter().map(|series| series.name));
    if names.len() == 1 {
        about.append(&mut names);
    }
    about.retain(|part| !part.is_empty());
    let title = match &about[..] {
        [] => format!("{quantity} by {}", dots.x),
        about => about.join(", ").replace('/', ", "),
    };
    let series = |dots::Series { name, yours, points }: &dots::Series| Series {
        name: if names.is_empty() { String::new() } else { name.replace('/', ", ") },
        yours: *yours,
        points: points.iter().map(|&(place, m)| point(place as f64, m)).collect(),
    };
    let level = |dots::Line { label, yours, value }: &dots::Line| Level {
        label: (*label).to_string(),
        yours: *yours,
        low: value.low,
        estimate: value.estimate,
        high: value.high,
    };
    let scale = if dots.grow_by_factors { "logarithmic" } else { "from 0" };
    figure(
        &Dots {
            title: capital(&title),
            x_label: dots.x.into(),
            y_label: format!("{quantity}, {scale}"),
            format: dots.unit.format(),
            base: dots.unit.base(),
            log_y: dots.grow_by_factors,
            names: dots.names.iter().map(ToString::to_string).collect(),
            series: dots.series.iter().map(series).collect(),
            levels: dots.lines.iter().map(level).collect(),
        }
        .svg(),
    )
}

/// A bar for each measurement, those of the reader under those of the reference.
pub(super) fn bars(List { unit, items }: &List) -> Html {
    let bar = |name: &str, yours: bool, m: &Measurement| Bar {
        name: name.replace('/', ", "),
        yours,
        low: m.low,
        estimate: m.estimate,
        high: m.high,
    };
    let bars = items.iter().flat_map(|(name, cell)| {
        let yours = cell.yours.flatten().map(|m| bar(name, true, m));
        std::iter::once(bar(name, false, cell.reference)).chain(yours)
    });
    let title = capital(unit.quantity());
    figure(&Bars { title, format: unit.format(), bars: bars.collect() }.svg())
}

/// What a figure shows, in a sentence.
pub(super) fn title(Title { says, not_yours }: &Title) -> Html {
    let note = Html::of(" <span class=\"yours\">not so on your machine</span>", &[]);
    Html::of("<p class=\"title\">{}{}</p>", &[&said(says), &not_yours.then_some(note)])
}

/// What threads did over time.
pub(super) fn lanes(timeline: &Timeline, title: &str) -> Html {
    Lanes { title: title.into(), lanes: timeline.threads.clone() }.svg()
}

pub(super) fn figure(svg: &Html) -> Html {
    Html::of("<figure>{}</figure>", &[svg])
}

/// With a capital letter, as titles begin.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
