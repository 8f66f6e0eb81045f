//! Small pieces of HTML and text that several directives share.

use crate::measurement::Measurement;

/// Text as HTML, in one line: Markdown ends an HTML block at a blank line, and a table's
/// cell at a `|`.
pub(crate) fn escape(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('|', "&#124;")
}

/// The interval of a measurement, for a tooltip. For a 95% interval, five samples are too
/// few.
pub(crate) fn interval_of(measurement: &Measurement) -> String {
    match (measurement.samples, measurement.interval()) {
        (1, _) => "a single sample".into(),
        (n @ 2..6, interval) => format!("all of {n} samples: {interval}"),
        (n, interval) => format!("95% interval {interval}, {n} samples"),
    }
}

/// With a capital letter, as titles begin.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
