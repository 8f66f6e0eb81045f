//! Numbers in running text: each with its interval and its machine to look up, and the
//! reader's own after it.

use super::html::Html;
use super::interval;
use crate::kept::measurement::{Group, Meanwhile, ratio};
use crate::kept::value::{Number, On, Said};

/// A number in a sentence.
pub(super) fn number(Number { reference, yours }: &Number) -> Html {
    let mut html = span("measured", &Html::of("{}", &[&text(reference)]), reference);
    if let Some(yours) = yours {
        let said = Html::of("(yours: {})", &[&text(yours)]);
        html.add(" {}", &[&span("yours", &said, yours)]);
    }
    html
}

fn span(class: &'static str, said: &Html, on: &On) -> Html {
    let tip = format!("{}; {}", interval_of(on), provenance(on.group));
    let unsteady = match &on.said {
        Some(Said::Measured(m)) if m.is_unsteady() => " unsteady",
        _ => "",
    };
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
        Some(Said::Measured(m)) => interval::explained(m),
        Some(Said::Ratio(value)) => {
            format!("interval {}", interval::range(value.low, value.high, ratio))
        }
        Some(Said::BreakEven(..)) => "where the two curves cross".into(),
        None => "not measured on your machine".into(),
    }
}

/// Where and when a group was measured.
fn provenance(group: Option<&Group>) -> String {
    group.map_or("not measured".into(), |group| {
        let quick = if group.quick { ", quickly" } else { "" };
        let disturbed = group.meanwhile.as_ref().is_some_and(Meanwhile::is_disturbed);
        let disturbed = if disturbed { ", while others used the machine" } else { "" };
        format!(
            "{}, {} cores, {}{quick}{disturbed}",
            group.machine.cpu, group.machine.cores, group.date
        )
    })
}
