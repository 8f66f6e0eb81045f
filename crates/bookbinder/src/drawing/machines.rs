//! The machines on which the book's numbers were measured.

use std::collections::BTreeSet;

use tour::format;

use super::html::Html;
use crate::kept::Measured;
use crate::kept::answer::Machines;
use crate::kept::measurement::{Group, Machine};

/// A table with a column for each machine.
pub(super) fn machines(Machines { machines, old }: &Machines) -> Html {
    let machines: Vec<(&str, &Measured, &Machine)> = machines
        .iter()
        .filter_map(|(name, on)| Some((*name, *on, on.machine()?)))
        .collect();
    let mut html =
        Html::of("<div class=\"table-wrapper\"><table>\n<thead><tr><th></th>", &[]);
    for (name, ..) in &machines {
        html.add("<th>{}</th>", &[name]);
    }
    html.add("</tr></thead>\n<tbody>\n", &[]);
    let mut row = |heading: &str, cell: &dyn Fn(&Measured, &Machine) -> String| {
        html.add("<tr><td>{}</td>", &[&heading]);
        for (_, on, machine) in &machines {
            html.add("<td>{}</td>", &[&cell(on, machine)]);
        }
        html.add("</tr>\n", &[]);
    };
    row("processor", &|_, machine| machine.cpu.clone());
    row("cores", &|_, machine| machine.cores.to_string());
    row("memory", &|_, machine| format::bytes(machine.memory as f64));
    row("system", &|_, machine| format!("{}, kernel {}", machine.os, machine.kernel));
    row("rustc", &|_, machine| machine.rustc.clone());
    row("Python", &|_, machine| machine.python.clone().unwrap_or("not found".into()));
    row("measured on", &|on, _| each(on, |group| &group.date));
    row("at commit", &|on, _| each(on, |group| &group.commit));
    row("how", &|on, _| {
        let quick = on.groups().any(|group| group.quick);
        if quick { "quickly, with few samples".into() } else { "in full".into() }
    });
    html.add("</tbody>\n</table></div>", &[]);
    if !old.is_empty() {
        html.add(
            "\n<p>Your measurements of {} are older than the code. <code>cargo book measure</code> makes \
             them anew.</p>",
            &[&old.join(", ")],
        );
    }
    html
}

/// What the groups say, each thing once.
fn each<'a>(on: &'a Measured, what: impl Fn(&'a Group) -> &'a String) -> String {
    let said: BTreeSet<_> = on.groups().map(|group| what(group).as_str()).collect();
    said.into_iter().collect::<Vec<_>>().join(", ")
}
