//! Who waits for whom in the end, in words and drawn.

use std::f64::consts::TAU;
use std::fmt::Write;

use super::page::escaped;
use super::trace::{Trace, Wait};

/// The size of the drawing of a circle, and how far from its middle the boxes stand: in pixels, if it is shown as it is.
const SIZE: (f64, f64) = (460.0, 300.0);
const RADIUS: (f64, f64) = (150.0, 115.0);

/// The height of a box, and the width of a letter in it.
const BOX: (f64, f64) = (32.0, 8.2);

/// The distance from a line of the other drawing to the next.
const LINE: f64 = 52.0;

/// The circle of a deadlock in words: each thread, what it waits for, and so on to the first thread again.
pub(super) fn circle(trace: &Trace) -> Option<String> {
    let circle = trace.circle();
    let first = circle.first()?;
    let mut words = String::new();
    for who in &circle {
        let what = &trace.waits(*who)?.what;
        // Whoever waits for the end of a thread waits for nothing between the two.
        let what = if has(trace, *who).is_some() {
            format!("{what} → ")
        } else {
            String::new()
        };
        words += &format!("{} → {what}", trace.threads[*who]);
    }
    Some(words + &trace.threads[*first])
}

/// A drawing of who waits for whom: a circle, if there is one, and otherwise each thread beside what it waits for.
/// Nothing, where nobody waits in the end.
pub(super) fn drawing(trace: &Trace) -> Option<String> {
    let circle = trace.circle();
    if circle.len() > 1 { around(trace, &circle) } else { beside(trace) }
}

/// The lock that a thread waits for and another one has, and that other one.
fn has(trace: &Trace, who: usize) -> Option<(&str, usize)> {
    let (wait, last) = (trace.waits(who)?, trace.steps.last()?);
    let thing = trace.things.iter().position(|thing| thing.name == wait.what)?;
    Some((&trace.things[thing].name, last.has[thing]?))
}

/// A box with a name in it.
struct Node {
    x: f64,
    y: f64,
    name: String,
    kind: &'static str,
}

impl Node {
    fn width(&self) -> f64 {
        20.0 + BOX.1 * self.name.chars().count() as f64
    }

    /// Where a line that leads to the middle of `other` leaves the box, with some room around it.
    fn edge(&self, other: &Self, room: f64) -> (f64, f64) {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        let half = (self.width() / 2.0 + room, BOX.0 / 2.0 + room);
        let scale = (half.0 / dx.abs().max(0.01)).min(half.1 / dy.abs().max(0.01));
        (self.x + dx * scale, self.y + dy * scale)
    }

    fn draw(&self, svg: &mut String) {
        let (width, height) = (self.width(), BOX.0);
        let (left, top) = (self.x - width / 2.0, self.y - height / 2.0);
        let Self { x, y, kind, .. } = self;
        let round = if *kind == "thread" { 4 } else { 16 };
        // A String takes whatever is written to it.
        let _ = write!(
            svg,
            "<rect class=\"{kind}\" x=\"{left:.0}\" y=\"{top:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" rx=\"{round}\"/><text x=\"{x:.0}\" y=\"{:.0}\">{}</text>",
            y + 5.0,
            escaped(&self.name)
        );
    }
}

fn thread(trace: &Trace, who: usize, (x, y): (f64, f64)) -> Node {
    Node { x, y, name: trace.threads[who].clone(), kind: "thread" }
}

fn thing(name: &str, (x, y): (f64, f64)) -> Node {
    Node { x, y, name: name.replace('`', ""), kind: "thing" }
}

/// An arrow from one box to another, with words beside its middle.
fn arrow(svg: &mut String, from: &Node, to: &Node, words: &str) {
    let ((x1, y1), (x2, y2)) = (from.edge(to, 3.0), to.edge(from, 9.0));
    let (x, y) = ((x1 + x2) / 2.0, (y1 + y2) / 2.0);
    let _ = write!(
        svg,
        "<path d=\"M{x1:.0} {y1:.0}L{x2:.0} {y2:.0}\" marker-end=\"url(#tip)\"/>\
         <text class=\"words\" x=\"{x:.0}\" y=\"{:.0}\">{words}</text>",
        y + 4.0
    );
}

fn around(trace: &Trace, circle: &[usize]) -> Option<String> {
    // Threads, and between each of them and the next the lock, if there is one.
    let mut stations: Vec<(usize, Option<&str>)> = Vec::new();
    for who in circle {
        stations.push((*who, None));
        if let Some((lock, _)) = has(trace, *who) {
            stations.push((*who, Some(lock)));
        }
    }
    let at = |place: usize| {
        let angle = TAU * (place as f64 / stations.len() as f64 - 0.5);
        (SIZE.0 / 2.0 + RADIUS.0 * angle.cos(), SIZE.1 / 2.0 + RADIUS.1 * angle.sin())
    };
    let nodes: Vec<Node> = (stations.iter().enumerate())
        .map(|(place, (who, lock))| match lock {
            Some(lock) => thing(lock, at(place)),
            None => thread(trace, *who, at(place)),
        })
        .collect();
    let mut svg = String::new();
    for (place, node) in nodes.iter().enumerate() {
        let next = &nodes[(place + 1) % nodes.len()];
        let words = if node.kind == "thread" { "waits for" } else { "is held by" };
        arrow(&mut svg, node, next, words);
    }
    nodes.iter().for_each(|node| node.draw(&mut svg));
    Some(figure(&svg, SIZE.1, &format!("A circle: {}", circle_words(trace)?)))
}

fn circle_words(trace: &Trace) -> Option<String> {
    Some(circle(trace)?.replace('`', ""))
}

fn beside(trace: &Trace) -> Option<String> {
    let waiting: Vec<_> = (0..trace.threads.len())
        .filter_map(|who| Some((who, trace.waits(who)?)))
        .collect();
    if waiting.is_empty() {
        return None;
    }
    let (mut svg, mut said) = (String::new(), Vec::new());
    for (place, (who, Wait { what, .. })) in waiting.iter().enumerate() {
        let y = LINE * (place as f64 + 0.7);
        let from = thread(trace, *who, (75.0, y));
        let to = thing(what, (330.0, y));
        arrow(&mut svg, &from, &to, "waits for");
        from.draw(&mut svg);
        to.draw(&mut svg);
        said.push(format!("{} waits for {}", trace.threads[*who], what.replace('`', "")));
    }
    let height = LINE * (waiting.len() as f64 + 0.4);
    Some(figure(&svg, height, &said.join(", ")))
}

fn figure(svg: &str, height: f64, said: &str) -> String {
    format!(
        "<svg class=\"plot waits\" viewBox=\"0 0 {} {height:.0}\" role=\"img\" aria-label=\"{}\">\
         <defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\"/></marker></defs>\
         {svg}</svg>",
        SIZE.0,
        escaped(said)
    )
}
