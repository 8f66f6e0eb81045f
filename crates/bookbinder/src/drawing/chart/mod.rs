//! Charts: inline SVG that takes its colours from the page.
//!
//! Read [`bars`] first, the simpler one. Then [`lines`], with the [`series`] that it
//! connects and the [`frame`] in which they stand; an [`axis`] says where. [`dots`] stand over names.
//! [`lanes`] say who did what when. What was thought, not measured, is drawn by [`steps`] and [`boxes`]. All consist of a [`heading`], [`text`] and [`shapes`], drawn in [`ink`] on an [`area`];
//! [`picture`] makes one element of all that.

mod area;
mod arrow;
mod axis;
mod bars;
pub(crate) mod boxes;
mod dots;
mod frame;
mod heading;
mod ink;
mod lanes;
mod lines;
mod picture;
mod series;
mod shapes;
pub(crate) mod steps;
mod text;

use std::collections::HashMap;
use std::hash::Hash;

pub(crate) use bars::{Bar, Bars};
pub(crate) use dots::{Dots, Level};
pub(crate) use lanes::Lanes;
pub(crate) use lines::Lines;
pub(crate) use series::{Point, Series};

/// What belongs to each key, in their order; a key stands where it first does.
pub(crate) fn grouped<K: Eq + Hash + Clone, V>(
    items: impl Iterator<Item = (K, V)>,
) -> Vec<(K, Vec<V>)> {
    let (mut groups, mut places) = (Vec::<(K, Vec<V>)>::new(), HashMap::new());
    for (key, value) in items {
        let place = *places.entry(key.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[place].1.push(value);
    }
    groups
}

/// Each value once, where it first stands.
pub(crate) fn distinct<T: Eq + Hash + Clone>(values: impl Iterator<Item = T>) -> Vec<T> {
    grouped(values.map(|value| (value, ()))).into_iter().map(|(value, _)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::html::Html;

    pub(super) fn point(x: f64, y: f64) -> Point {
        Point { x, low: y * 0.9, estimate: y, high: y * 1.1 }
    }

    pub(super) fn lines(names: &[&str], points: &[Point]) -> Lines {
        let series = |name: &&str| Series {
            name: name.to_string(),
            yours: false,
            points: points.to_vec(),
        };
        Lines {
            title: "Sums".into(),
            x_label: "numbers".into(),
            y_label: "time".into(),
            format: tour::format::nanoseconds,
            base: 10.0,
            log_x: true,
            log_y: true,
            series: names.iter().map(series).collect(),
            mark: None,
        }
    }

    pub(super) fn bars(bars: &[(&str, bool, f64)]) -> Bars {
        let bar = |&(name, yours, y): &(&str, bool, f64)| {
            let Point { low, estimate, high, .. } = point(0.0, y);
            Bar { name: name.into(), yours, low, estimate, high }
        };
        let bars = bars.iter().map(bar).collect();
        Bars { title: "Locks".into(), format: tour::format::nanoseconds, bars }
    }

    pub(super) fn dots(names: &[&str], series: &[&str], levels: &[(&str, f64)]) -> Dots {
        let points: Vec<_> =
            (0..names.len()).map(|at| point(at as f64, 1e6 * (at + 1) as f64)).collect();
        let Lines { series, .. } = lines(series, &points);
        let level = |&(label, y): &(&str, f64)| {
            let Point { low, estimate, high, .. } = point(0.0, y);
            Level { label: label.into(), yours: false, low, estimate, high }
        };
        Dots {
            title: "Counting".into(),
            x_label: "version".into(),
            y_label: "time".into(),
            format: tour::format::nanoseconds,
            base: 10.0,
            log_y: false,
            names: names.iter().map(ToString::to_string).collect(),
            series,
            levels: levels.iter().map(level).collect(),
        }
    }

    /// What every picture must be, whatever it shows.
    pub(super) fn check(svg: Html) -> String {
        let svg = svg.into_string();
        assert!(
            svg.starts_with("<svg class=\"plot\"") && svg.ends_with("</svg>\n"),
            "{svg}"
        );
        let first = svg.lines().next().unwrap_or_default();
        assert!(first.ends_with('>') && first.matches('>').count() == 1, "{svg}");
        assert!(svg.lines().all(|line| !line.trim().is_empty()), "{svg}");
        assert!(!svg.contains("\"#") && !svg.contains("=\"-"), "{svg}");
        svg
    }

    #[test]
    fn long_names_do_no_harm() {
        let name = "Arc<Mutex<u64>> & \"co\"\n\n".to_string()
            + &"long ".repeat(50)
            + &"x".repeat(200);
        let svg = check(lines(&[&name], &[point(1.0, 1.0)]).svg());
        assert!(
            svg.contains("Arc&lt;Mutex&lt;u64&gt;&gt; &amp; &quot;co&quot; long"),
            "{svg}"
        );
        check(bars(&[(&name, true, 1.0)]).svg());
        check(dots(&[&name, &name, "a"], &[&name], &[(&name, 1e6), ("b", 1e6)]).svg());
    }

    #[test]
    fn odd_input_does_no_harm() {
        let odd = [
            0.0,
            -5.0,
            1.0,
            1.0 + 1e-12,
            7.0,
            1e-300,
            1e300,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        for (x, y) in odd.iter().flat_map(|x| odd.map(|y| (*x, y))) {
            for (log_x, log_y) in
                [(true, true), (true, false), (false, true), (false, false)]
            {
                for points in [
                    vec![],
                    vec![point(x, y)],
                    vec![point(x, y), point(y, x), point(1.0, 1.0)],
                ] {
                    let mark = Some((y, "mark".into()));
                    check(
                        Lines { log_x, log_y, mark, ..lines(&["a", "a", ""], &points) }
                            .svg(),
                    );
                }
            }
            check(bars(&[("a", false, x), ("b", true, y)]).svg());
            for log_y in [true, false] {
                let mut chart = dots(&["a", ""], &["a", ""], &[("", x), ("b", y)]);
                chart.series[0].points = vec![point(0.0, y), point(x, 1.0)];
                check(Dots { log_y, ..chart }.svg());
            }
        }
        check(bars(&[]).svg());
        check(dots(&[], &[], &[]).svg());
        check(dots(&["a"], &[], &[("b", 1.0)]).svg());
    }
}
