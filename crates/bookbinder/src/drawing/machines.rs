//! The machines on which the book's numbers were measured.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use surveyor::kept::Measured;
use surveyor::kept::measurement::{DISTURBED, Group, Machine, Meanwhile, PROCESSES};
use tour::format;

use super::html::Html;
use crate::kept::answer::Machines;

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
    let said = |said: &Option<String>| said.clone().unwrap_or("unknown".into());
    row("model", &|on, _| by_model(on));
    row("cores", &|_, machine| machine.cores.to_string());
    row("threads per core", &|_, machine| {
        machine.threads_per_core.map_or("unknown".into(), |threads| threads.to_string())
    });
    row("caches", &|_, machine| said(&machine.caches));
    row("hypervisor", &|_, machine| said(&machine.hypervisor));
    row("clock set by", &|_, machine| said(&machine.governor));
    row("memory", &|_, machine| format::bytes(machine.memory as f64));
    row("system", &|_, machine| machine.os.clone());
    row("kernel", &|on, _| each(on, |group| &group.machine.kernel));
    row("rustc", &|on, _| each(on, |group| &group.machine.rustc));
    row("Python", &|_, machine| machine.python.clone().unwrap_or("not found".into()));
    row("measured on", &|on, _| each(on, |group| &group.date));
    row("at commit", &|on, _| each(on, |group| &group.commit));
    row("how", &|on, _| {
        let quick = on.groups().any(|group| group.quick);
        let fewest = on.groups().map(Group::fewest).min().unwrap_or(0);
        let most = on.groups().map(Group::fewest).max().unwrap_or(0);
        match (quick, fewest) {
            (true, _) => "quickly, with few samples".into(),
            (false, PROCESSES..) if fewest < most => {
                format!("in full, each group by {fewest} to {most} processes")
            }
            (false, PROCESSES..) => format!("in full, by {fewest} processes"),
            (false, _) => {
                format!("not to the end: some by {fewest} of {PROCESSES} processes")
            }
        }
    });
    row("left alone?", &|on, _| left_alone(on));
    html.add("</tbody>\n</table></div>", &[]);
    for (name, on, _) in &machines {
        html.add("{}", &[&pythons(name, on)]);
    }
    if !old.is_empty() {
        html.add(
            "\n<p>Your measurements of {} are older than the code. <code>cargo book measure</code> makes \
             them anew.</p>",
            &[&old.join(", ")],
        );
    }
    html
}

/// A table of the Pythons that measured on a machine, where there are any.
fn pythons(name: &str, on: &Measured) -> Html {
    let all = on.pythons();
    if all.is_empty() {
        return Html::default();
    }
    let mut html = Html::of(
        "\n<div class=\"table-wrapper\"><table>\n<thead><tr><th>every Python of {}</th><th>version</th>\
         <th>a GIL?</th><th>compiled by</th><th>how, as far as it says</th></tr></thead>\n<tbody>\n",
        &[&name],
    );
    for python in all {
        let flaw = python.flaw().map(|flaw| format!("; {flaw}")).unwrap_or_default();
        let how = format!("{}{flaw}", python.optimization);
        html.add(
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            &[&python.name, &python.version, &python.gil(), &python.compiler, &how],
        );
    }
    html.add("</tbody>\n</table></div>", &[]);
    html
}

/// How much others took of a machine while it was measured, at worst.
fn left_alone(on: &Measured) -> String {
    let known: Vec<_> =
        on.groups().filter_map(|group| Some((group, group.meanwhile?))).collect();
    let taken = |meanwhile: &Meanwhile| meanwhile.stolen + meanwhile.others;
    let worst = known.iter().max_by(|(_, a), (_, b)| taken(a).total_cmp(&taken(b)));
    let Some((group, worst)) = worst else { return "unknown".into() };
    let disturbed =
        known.iter().filter(|(_, meanwhile)| meanwhile.is_disturbed()).count();
    format!(
        "others took more than {:.0}% of the processors during {disturbed} of {} groups; at worst {:.0}% \
         ({:.0}% of it stolen by the host), during {}",
        DISTURBED * 100.0,
        known.len(),
        taken(worst) * 100.0,
        if taken(worst) > 0.0 { worst.stolen / taken(worst) * 100.0 } else { 0.0 },
        group.group
    )
}

/// The models of the processors that have measured: first the one that has measured most, and of all others also
/// what they have measured.
fn by_model(on: &Measured) -> String {
    let mut models = BTreeMap::<&str, Vec<&str>>::new();
    for group in on.groups() {
        let model = group.machine.model.as_deref().unwrap_or("unknown");
        models.entry(model).or_default().push(&group.group);
    }
    let mut models: Vec<_> = models.into_iter().collect();
    models.sort_by_key(|(_, groups)| Reverse(groups.len()));
    let said = |(place, (model, groups)): (usize, &(&str, Vec<&str>))| match place {
        0 => model.to_string(),
        _ => format!("{model} for {}", groups.join(", ")),
    };
    models.iter().enumerate().map(said).collect::<Vec<_>>().join("; ")
}

/// What the groups say, each thing once.
fn each<'a>(on: &'a Measured, what: impl Fn(&'a Group) -> &'a String) -> String {
    let said: BTreeSet<_> = on.groups().map(|group| what(group).as_str()).collect();
    said.into_iter().collect::<Vec<_>>().join(", ")
}
