//! The machines on which the book's numbers were measured.

use std::collections::BTreeSet;
use std::fmt::Write;

use tour::format;

use crate::html::escape;
use crate::material::Material;
use crate::measurement::{Group, Machine, Measured};

/// `{{#machines}}`
pub(crate) fn machines(material: &Material) -> String {
    let reference = [("reference", &material.reference)];
    let yours = material.yours.iter().map(|on| ("yours", on));
    let others = material.others.iter().map(|on| (on.name.as_str(), on));
    let all = reference.into_iter().chain(yours).chain(others);
    let machines: Vec<(&str, &Measured, &Machine)> =
        all.filter_map(|(name, on)| Some((name, on, on.machine()?))).collect();

    let mut table = String::from("\n\n| |");
    for (name, ..) in &machines {
        let _ = write!(table, " {name} |");
    }
    table.push_str("\n|---|");
    table.push_str(&"---|".repeat(machines.len()));
    let mut row = |heading: &str, cell: &dyn Fn(&Measured, &Machine) -> String| {
        let _ = write!(table, "\n| {heading} |");
        for (_, on, machine) in &machines {
            let _ = write!(table, " {} |", escape(&cell(on, machine)));
        }
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
        let quick = on.groups.values().any(|group| group.quick);
        if quick { "quickly, with few samples".into() } else { "in full".into() }
    });

    let yours = material.yours.iter().flat_map(|yours| yours.groups.keys());
    let old: Vec<_> =
        yours.filter(|group| material.yours_is_old(group)).map(String::as_str).collect();
    if !old.is_empty() {
        let _ = write!(
            table,
            "\n\nYour measurements of {} are older than the code. `cargo book measure` makes them anew.",
            old.join(", ")
        );
    }
    table + "\n\n"
}

/// What the groups say, each thing once.
fn each<'a>(on: &'a Measured, what: impl Fn(&'a Group) -> &'a String) -> String {
    let said: BTreeSet<_> =
        on.groups.values().map(|group| what(group).as_str()).collect();
    said.into_iter().collect::<Vec<_>>().join(", ")
}
