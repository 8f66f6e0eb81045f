//! Numbers in running text: each with its interval and its machine to look up, and the
//! reader's own after it.

use std::fmt::Write;

use crate::grid::break_even;
use crate::html::{escape, interval_of};
use crate::material::{Material, Refusal};
use crate::measurement::Measured;
use crate::quantity::Quantity;

/// `{{#measured ID}}`
pub(crate) fn measured(material: &Material, id: &str) -> Result<String, Refusal> {
    match Quantity::parse(id) {
        Some(quantity @ Quantity { over: None, .. }) => quantity_html(material, quantity),
        _ => Err((
            format!("`measured` takes one id, and got `{id}`"),
            "write {{#measured group/name}}, or {{#ratio ID / ID}} for two".into(),
        )),
    }
}

/// `{{#ratio ID / ID}}`
pub(crate) fn ratio(material: &Material, ids: &str) -> Result<String, Refusal> {
    quantity_html(material, two(ids, "ratio")?.0)
}

/// `{{#break-even SERIES / SERIES | WHAT X COUNTS}}`
pub(crate) fn break_even_at(
    material: &Material,
    arguments: &str,
) -> Result<String, Refusal> {
    let (series, of) = arguments.split_once('|').unwrap_or((arguments, ""));
    let (quantity, whole) = two(series, "break-even")?;
    for series in quantity.ids() {
        if material.reference.below(series).next().is_none() {
            material.find(series)?;
        }
    }
    Ok(html(material, quantity.group(), |on| {
        quantity.ids().try_for_each(|series| on.below(series).next().map(drop))?;
        let at = break_even(on, quantity.id, whole);
        Some((at.say(of.trim()), "where the two curves cross".into()))
    }))
}

/// A quantity of two ids, and the second of them.
fn two<'a>(ids: &'a str, name: &str) -> Result<(Quantity<'a>, &'a str), Refusal> {
    let quantity = Quantity::parse(ids);
    quantity.and_then(|quantity| Some((quantity, quantity.over?))).ok_or_else(|| {
        (
            format!("`{name}` takes two ids with ` / ` between them, and got `{ids}`"),
            format!("write {{{{#{name} group/one / group/other}}}}"),
        )
    })
}

/// A quantity that was measured on the reference machine.
pub(crate) fn quantity_html(
    material: &Material,
    quantity: Quantity,
) -> Result<String, Refusal> {
    for id in quantity.ids() {
        material.find(id)?;
    }
    Ok(html(material, quantity.group(), |on| {
        let (value, format) = (quantity.value(on)?, quantity.format(on));
        let interval = match quantity.over {
            None => interval_of(on.get(quantity.id)?),
            Some(_) => {
                format!("interval {} to {}", format(value.low), format(value.high))
            }
        };
        Some((format(value.estimate), interval))
    }))
}

/// What `value` says of a machine: a text, and what to show when somebody points at it.
fn html(
    material: &Material,
    group: &str,
    value: impl Fn(&Measured) -> Option<(String, String)>,
) -> String {
    let span = |class: &str, on: &Measured| {
        let none = || ("not measured".into(), "not measured on your machine".into());
        let (text, interval) = value(on).unwrap_or_else(none);
        let text = if class == "yours" { format!("(yours: {text})") } else { text };
        let tip = format!("{interval}; {}", provenance(on, group));
        format!(
            r#"<span class="{class}" tabindex="0" data-tip="{}">{text}</span>"#,
            escape(&tip)
        )
    };
    let mut html = span("measured", &material.reference);
    if let Some(yours) = &material.yours {
        let _ = write!(html, " {}", span("yours", yours));
    }
    html
}

/// Where and when a group was measured.
fn provenance(on: &Measured, group: &str) -> String {
    on.groups.get(group).map_or("not measured".into(), |group| {
        let quick = if group.quick { ", quickly" } else { "" };
        format!(
            "{}, {} cores, {}{quick}",
            group.machine.cpu, group.machine.cores, group.date
        )
    })
}
