//! Small pieces of HTML and text that several directives share.

use crate::measurement::Measurement;

/// Text as HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The interval of a measurement, for a tooltip.
pub(crate) fn interval_of(measurement: &Measurement) -> String {
    format!("95% interval {}, {} samples", measurement.interval(), measurement.samples)
}

/// With a capital letter, as titles begin.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
