//! Numbers in running text: each with its interval and its machine to look up, and the
//! reader's own after it.

use surveyor::kept::Estimate;
use surveyor::kept::measurement::{Machine, Meanwhile, ratio};

use super::html::Html;
use super::interval;
use crate::kept::value::{Number, On, Said};

/// A number in a sentence.
pub(super) fn number(Number { reference, yours, others }: &Number) -> Html {
    let said = Html::of("{}", &[&text(reference)]);
    let mut html = span("measured", &said, reference, &elsewhere(others));
    if let Some(yours) = yours {
        let said = Html::of("(yours: {})", &[&text(yours)]);
        html.add(" {}", &[&span("yours", &said, yours, "")]);
    }
    html
}

/// What other machines say to the same, for the small print.
fn elsewhere(others: &[(&str, On)]) -> String {
    let measured = others.iter().filter(|(_, on)| on.said.is_some());
    let each = measured.map(|(name, on)| format!("; on {name} {}", text(on)));
    each.collect()
}

fn span(class: &'static str, said: &Html, on: &On, more: &str) -> Html {
    let tip = format!("{}; {}{more}", interval_of(on), provenance(on));
    let is_unsteady = match &on.said {
        Some(Said::Measured(m)) => Estimate::of(m).is_unsteady(),
        Some(Said::Ratio(value)) => value.is_unsteady(),
        Some(Said::BreakEven(..)) | None => false,
    };
    let unsteady = if is_unsteady { " unsteady" } else { "" };
    Html::of(
        "<span class=\"{}{}\" tabindex=\"0\" data-tip=\"{}\">{}</span>",
        &[&class, &unsteady, &tip, said],
    )
}

fn text(on: &On) -> String {
    match &on.said {
        Some(Said::Measured(m)) => m.unit.format()(m.estimate),
        Some(Said::Ratio(value)) => ratio(value.estimate),
        Some(Said::BreakEven(at, of)) => at.say(of),
        None => "not measured".into(),
    }
}

fn interval_of(on: &On) -> String {
    match &on.said {
        Some(Said::Measured(m)) => interval::explained_of(m),
        Some(Said::Ratio(value)) => interval::explained(*value, ratio),
        Some(Said::BreakEven(..)) => "where the two curves cross".into(),
        None => "not measured on your machine".into(),
    }
}

/// Where and when a number was measured.
fn provenance(on: &On) -> String {
    let Some(group) = on.group else {
        return if on.said.is_some() {
            "counted over all groups".into()
        } else {
            "not measured".into()
        };
    };
    let quick = if group.quick { ", quickly" } else { "" };
    let disturbed = group.meanwhile.as_ref().is_some_and(Meanwhile::is_disturbed);
    let disturbed = if disturbed { ", while others used the machine" } else { "" };
    let Machine { cpu, cores, .. } = &group.machine;
    format!("{cpu}, {cores} cores, {}{quick}{disturbed}", group.date)
}
