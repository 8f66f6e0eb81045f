//! Small pieces of HTML that several directives share.

use crate::measurement::{Measured, Measurement};

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

/// Where and when a group was measured, for a tooltip.
pub(crate) fn provenance(on: &Measured, group: &str) -> String {
    on.groups.get(group).map_or("not measured".into(), |group| {
        let quick = if group.quick { ", quickly" } else { "" };
        format!(
            "{}, {} cores, {}{quick}",
            group.machine.cpu, group.machine.cores, group.date
        )
    })
}
